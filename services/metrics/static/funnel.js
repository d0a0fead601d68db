// What moves of a funnel besides its figures: the shares of what was submitted, and their bars.

const number = new Intl.NumberFormat("ru");

// To one decimal, half up, as the server has it.
function perCent(part, whole) {
  return whole ? Math.floor((part * 1000) / whole + 0.5) / 10 : 0;
}

document.addEventListener("figures", ({ detail }) => {
  if (!detail.changed) return;
  for (const row of document.querySelectorAll("[data-stage]")) {
    const [part, whole] = [row.dataset.stage, row.dataset.whole].map((key) => detail.figure(key)?.value ?? 0);
    const share = perCent(part, whole);
    row.querySelector(".stage-share").textContent = number.format(share);
    row.querySelector(".bar-done").setAttribute("width", Math.min(share, 100));
  }
});
