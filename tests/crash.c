/* Preloaded into a process: ends it, or fails a call, at the n-th call that changes a file.
 *
 * `crash_at(n, error)` arms it: error 0 kills before call n; a positive error lets call n alone
 * fail so, a negative one that call and all after it. What removes a file is killed, never failed.
 * `crash_count()` tells how many calls there were since. Children that are started take CRASH_AT
 * and CRASH_ERROR from the environment.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long done = 0;
static long at = 0;
static int failure = 0;

void crash_at(long n, int error) {
    done = 0;
    at = n;
    failure = error;
}

long crash_count(void) { return done; }

__attribute__((constructor)) static void begin(void) {
    const char *n = getenv("CRASH_AT"), *error = getenv("CRASH_ERROR");
    if (n != NULL) crash_at(atol(n), error != NULL ? atoi(error) : 0);
}

/* Whether this call is to fail; errno is then set. */
static int fails(void) {
    long number = ++done;
    if (at <= 0 || number < at || (failure >= 0 && number > at)) return 0;
    if (failure == 0) kill(getpid(), SIGKILL);
    errno = abs(failure);
    return 1;
}

static int is_file(int fd) {
    struct stat status;
    int before = errno, is = fd > 2 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    errno = before;
    return is;
}

#define REAL(name) static typeof(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    return is_file(fd) && fails() ? -1 : real(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t where) {
    REAL(pwrite64);
    return is_file(fd) && fails() ? -1 : real(fd, data, size, where);
}

int fsync(int fd) {
    REAL(fsync);
    return fails() ? -1 : real(fd);
}

int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    return fails() ? -1 : real(fd, size);
}

int rename(const char *old, const char *new) {
    REAL(rename);
    return fails() ? -1 : real(old, new);
}

int link(const char *old, const char *new) {
    REAL(link);
    return fails() ? -1 : real(old, new);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return fails() ? -1 : real(path, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    return fails() ? -1 : real(path, mode);
}

int unlink(const char *path) {
    REAL(unlink);
    return failure == 0 && fails() ? -1 : real(path);
}

#define OPEN(name)                                                       \
    int name(const char *path, int flags, ...) {                         \
        REAL(name);                                                      \
        va_list rest;                                                    \
        va_start(rest, flags);                                           \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;        \
        va_end(rest);                                                    \
        int changes = (flags & O_ACCMODE) != O_RDONLY;                   \
        return changes && fails() ? -1 : real(path, flags, mode);        \
    }

OPEN(open)
OPEN(open64)
