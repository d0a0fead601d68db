/* Loaded before the C library: a slow fsync, one that fails, a clock that is wrong.
   FSYNC_DELAY microseconds; FSYNC_FAILS a file whose removal makes one call fail; CLOCK_OFFSET seconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int harmed(const char *name, int fd) {
    const char *delay = getenv("FSYNC_DELAY"), *fails = getenv("FSYNC_FAILS");
    if (delay)
        usleep(atoi(delay));
    if (fails && unlink(fails) == 0) {
        errno = EIO;
        return -1;
    }
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}

int fsync(int fd) { return harmed("fsync", fd); }

int fdatasync(int fd) { return harmed("fdatasync", fd); }

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*original)(clockid_t, struct timespec *);
    if (!original)
        original = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = original(clock, now);
    const char *offset = getenv("CLOCK_OFFSET");
    if (offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += atoi(offset);
    return result;
}
