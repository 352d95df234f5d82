/* A disk that is watched, and that fails when it is told to: loaded before the C library into the
 * program under test, for files below DISK_UNDER only.
 *
 * DISK_LOG    every change is written down there, in order (see `tests/disk/shim.rs`)
 * DISK_FAIL   the number of the operation that fails, from 1
 * DISK_ON     which operations are counted for it, by their letters below
 * DISK_ERRNO  what it fails with
 * DISK_STAY   all later ones fail, too
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define CREATED 'c'
#define OPENED 'o'
#define WRITTEN 'w'
#define CUT 't'
#define SYNCED 's'
#define FOLDER_SYNCED 'd'
#define RENAMED 'r'
#define LINKED 'l'
#define UNLINKED 'u'
#define FOLDER_MADE 'm'
#define WRITABLE 'O' /* opened to be written: its own for faults */
#define READ 'R' /* counted for faults, never written down */
#define SAID 'a'
#define FAILED 'F'

#define REAL(type, name, ...)                                          \
    static type (*real)(__VA_ARGS__);                                  \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

enum { FILES = 4096 };
static struct { int watched; uint64_t inode; } files[FILES];
/* Recursive: what is done under it may come back through here. */
static pthread_mutex_t turn = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static long counted;
static int journal = -1;

static int under(const char *path) {
    const char *folder = getenv("DISK_UNDER");
    size_t length = folder ? strlen(folder) : 0;
    return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static void absolute(const char *path, char *out, size_t size) {
    char here[2048];
    if (path[0] == '/' || !getcwd(here, sizeof here)) snprintf(out, size, "%s", path);
    else snprintf(out, size, "%s/%s", here, path);
}

static void note(char kind, uint64_t inode, uint64_t place, const char *path, const void *data, size_t length) {
    const char *name = getenv("DISK_LOG");
    if (!name) return;
    REAL(int, "open", const char *, int, ...);
    if (journal < 0) journal = real(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    size_t path_length = path ? strlen(path) : 0;
    uint64_t head[5] = { (uint64_t)kind, inode, place, path_length, length };
    struct iovec parts[3] = { { head, sizeof head }, { (void *)path, path_length }, { (void *)data, length } };
    if (writev(journal, parts, 3) < 0) abort();
}

/* Whether this operation is the one that fails. */
static int fails(char kind, const char *path) {
    const char *at = getenv("DISK_FAIL"), *on = getenv("DISK_ON"), *error = getenv("DISK_ERRNO");
    if (!at || !error || (on && !strchr(on, kind))) return 0;
    long wanted = atol(at);
    counted++;
    if (counted < wanted || (counted > wanted && !getenv("DISK_STAY"))) return 0;
    note(FAILED, (uint64_t)kind, (uint64_t)counted, path, NULL, 0);
    errno = atoi(error);
    return 1;
}

static int watched(int file) { return file >= 0 && file < FILES && files[file].watched; }

static int opened(int file, const char *path, int flags, int was_there) {
    struct stat about;
    if (file < 0 || file >= FILES || fstat(file, &about)) return file;
    files[file].watched = 1;
    files[file].inode = about.st_ino;
    if (S_ISDIR(about.st_mode)) return file;
    note(was_there ? OPENED : CREATED, about.st_ino, 0, path, NULL, 0);
    if (was_there && (flags & O_TRUNC)) note(CUT, about.st_ino, 0, NULL, NULL, 0);
    return file;
}

static int open_it(const char *name, const char *path, int flags, mode_t mode) {
    REAL(int, "open", const char *, int, ...);
    (void)name;
    char whole[4096];
    absolute(path, whole, sizeof whole);
    if (!under(whole)) return real(path, flags, mode);
    pthread_mutex_lock(&turn);
    int was_there = !access(whole, F_OK);
    char kind = !was_there && (flags & O_CREAT) ? CREATED : (flags & (O_WRONLY | O_RDWR)) ? WRITABLE : OPENED;
    int file = fails(kind, whole) ? -1 : real(path, flags, mode);
    if (file >= 0) opened(file, whole, flags, was_there);
    pthread_mutex_unlock(&turn);
    return file;
}

#define MODE(flags)                                \
    mode_t mode = 0;                               \
    if ((flags) & (O_CREAT | O_TMPFILE)) {         \
        va_list more;                              \
        va_start(more, flags);                     \
        mode = va_arg(more, mode_t);               \
        va_end(more);                              \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_it("open", path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_it("open64", path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    if (folder == AT_FDCWD || path[0] == '/') return open_it("openat", path, flags, mode);
    REAL(int, "openat", int, const char *, int, ...);
    return real(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return openat(folder, path, flags, mode); }

int close(int file) {
    REAL(int, "close", int);
    if (file >= 0 && file < FILES) files[file].watched = 0;
    return real(file);
}

static ssize_t write_it(int file, const void *data, size_t length, off_t place, int has_place) {
    REAL(ssize_t, "write", int, const void *, size_t);
    static ssize_t (*at)(int, const void *, size_t, off_t);
    if (!at) at = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
    if (!watched(file)) {
        ssize_t done = has_place ? at(file, data, length, place) : real(file, data, length);
        if (file == 1 && done > 0) {
            pthread_mutex_lock(&turn);
            note(SAID, 0, 0, NULL, data, (size_t)done);
            pthread_mutex_unlock(&turn);
        }
        return done;
    }
    pthread_mutex_lock(&turn);
    ssize_t done = -1;
    if (!fails(WRITTEN, NULL)) {
        struct stat about;
        if (!has_place) place = lseek(file, 0, SEEK_CUR);
        if (!has_place && (fcntl(file, F_GETFL) & O_APPEND) && !fstat(file, &about)) place = about.st_size;
        done = has_place ? at(file, data, length, place) : real(file, data, length);
        if (done > 0) note(WRITTEN, files[file].inode, (uint64_t)place, NULL, data, (size_t)done);
    }
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t write(int file, const void *data, size_t length) { return write_it(file, data, length, 0, 0); }
ssize_t pwrite(int file, const void *data, size_t length, off_t place) { return write_it(file, data, length, place, 1); }
ssize_t pwrite64(int file, const void *data, size_t length, off64_t place) { return write_it(file, data, length, place, 1); }

/* One write after another: what is in pieces stays so. */
ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    if (!watched(file)) return real(file, parts, count);
    return count > 0 ? write_it(file, parts[0].iov_base, parts[0].iov_len, 0, 0) : 0;
}

/* Whoever asks for these writes by hand instead. */
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t length, unsigned flags) {
    (void)from, (void)a, (void)to, (void)b, (void)length, (void)flags;
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile(int to, int from, off_t *a, size_t length) {
    (void)to, (void)from, (void)a, (void)length;
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile64(int to, int from, off64_t *a, size_t length) { return sendfile(to, from, a, length); }

#define READS(name, ...)                                                     \
    if (watched(file)) {                                                     \
        pthread_mutex_lock(&turn);                                           \
        int failed = fails(READ, NULL);                                      \
        pthread_mutex_unlock(&turn);                                         \
        if (failed) return -1;                                               \
    }
ssize_t read(int file, void *data, size_t length) {
    REAL(ssize_t, "read", int, void *, size_t);
    READS("read")
    return real(file, data, length);
}
ssize_t pread64(int file, void *data, size_t length, off64_t place) {
    REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
    READS("pread64")
    return real(file, data, length, place);
}
ssize_t pread(int file, void *data, size_t length, off_t place) { return pread64(file, data, length, place); }

static int sync_it(int file) {
    REAL(int, "fsync", int);
    if (!watched(file)) return real(file);
    pthread_mutex_lock(&turn);
    /* The disk of a test need not whirr: what counts is that it was asked for. */
    int done = fails(SYNCED, NULL) ? -1 : 0;
    struct stat about;
    if (!done && !fstat(file, &about)) {
        char link[64], path[4096];
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        ssize_t length = readlink(link, path, sizeof path - 1);
        path[length < 0 ? 0 : length] = 0;
        note(S_ISDIR(about.st_mode) ? FOLDER_SYNCED : SYNCED, files[file].inode, 0, path, NULL, 0);
    }
    pthread_mutex_unlock(&turn);
    return done;
}
int fsync(int file) { return sync_it(file); }
int fdatasync(int file) { return sync_it(file); }

int ftruncate64(int file, off64_t length) {
    REAL(int, "ftruncate64", int, off64_t);
    if (!watched(file)) return real(file, length);
    pthread_mutex_lock(&turn);
    int done = fails(CUT, NULL) ? -1 : real(file, length);
    if (!done) note(CUT, files[file].inode, (uint64_t)length, NULL, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }
/* Room taken in advance would be a change that is not written down. */
int posix_fallocate(int file, off_t a, off_t b) { (void)file, (void)a, (void)b; return EOPNOTSUPP; }
int posix_fallocate64(int file, off64_t a, off64_t b) { (void)file, (void)a, (void)b; return EOPNOTSUPP; }
int fallocate(int file, int mode, off_t a, off_t b) { (void)file, (void)mode, (void)a, (void)b; errno = EOPNOTSUPP; return -1; }
int fallocate64(int file, int mode, off64_t a, off64_t b) { (void)file, (void)mode, (void)a, (void)b; errno = EOPNOTSUPP; return -1; }

/* A change of names: of one, or from one to another. */
#define NAMES(kind, path, other, call)                                      \
    char whole[4096], more[4096];                                           \
    absolute(path, whole, sizeof whole);                                    \
    absolute(other, more, sizeof more);                                     \
    if (!under(whole) && !under(more)) return call;                         \
    pthread_mutex_lock(&turn);                                              \
    int done = fails(kind, whole) ? -1 : call;                              \
    if (!done) note(kind, 0, 0, whole, more, strlen(more));                 \
    pthread_mutex_unlock(&turn);                                            \
    return done

int rename(const char *path, const char *other) {
    REAL(int, "rename", const char *, const char *);
    NAMES(RENAMED, path, other, real(path, other));
}
int linkat(int a, const char *path, int b, const char *other, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    NAMES(LINKED, path, other, real(a, path, b, other, flags));
}
int link(const char *path, const char *other) { return linkat(AT_FDCWD, path, AT_FDCWD, other, 0); }
int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    NAMES(UNLINKED, path, path, real(path));
}
int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    NAMES(FOLDER_MADE, path, path, real(path, mode));
}
