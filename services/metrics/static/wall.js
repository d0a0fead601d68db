// Turns the scenes of a wall, slowly; when all were seen they are drawn anew by the server, in today's order.
// Whoever wants no motion keeps the first one, and gets it anew all the same.

const TURNED_EVERY = 20_000 / (Number(document.querySelector("[data-live]")?.dataset.pace) || 1);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const scenes = document.getElementById("scenes");
let present = 0;

async function renew() {
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("scenes");
    if (!fresh) return;
    scenes.replaceChildren(...fresh.children);
    document.dispatchEvent(new CustomEvent("redrawn"));
  } catch {
    // The live view says itself that the connection is lost.
  }
}

async function turn() {
  present += 1;
  if (present >= scenes.children.length) {
    present = 0;
    await renew();
  }
  [...scenes.children].forEach((scene, i) => {
    scene.hidden = i !== (still.matches ? 0 : present);
  });
}

if (scenes) setInterval(turn, TURNED_EVERY);
