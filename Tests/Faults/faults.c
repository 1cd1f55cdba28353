// Makes the n-th write, fsync, rename, link or open of one program fail, for the tests of what a full or broken disk does.
//
// A library that is loaded before all others (LD_PRELOAD), so that it also stands in front of libgit2, and that needs no change of the
// program: what is tested is what is shipped. It acts in the program named below and in none of its children.
//
//   SAGE_STREAM_FAULT=write:17:ENOSPC    the 17th write fails, once; `write:17+:ENOSPC`: and all that follow
//   SAGE_STREAM_FAULT_BELOW=/folder      only files below this folder are counted; pipes and terminals never are
//   SAGE_STREAM_FAULT_LOG=/folder/file   one line for each failure: the call and the file, so that a test knows whether it struck
//
// The errors: ENOSPC, EIO, EINTR, and ENOTSUP for flock.
// The calls: write (also pwrite, writev), fsync (fdatasync), rename (renameat), link (linkat), open (openat, creat), also with 64 behind.
// An open counts only where it can write; `read` counts the others.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef __linux__

static const char program[] = "git-sage-stream";

static char wanted[16];
static long number, sticky, failure;
static char below[4096], record[4096];
static size_t below_length;
static atomic_long seen;
static int is_armed;

__attribute__((constructor)) static void arm(void) {
  char self[4096];
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) return;
  self[length] = 0;
  const char *name = strrchr(self, '/');
  const char *text = getenv("SAGE_STREAM_FAULT");
  if (!name || strcmp(name + 1, program) || !text) return;
  char plus = 0, error[16] = "";
  if (sscanf(text, "%15[a-z]:%ld:%15[A-Z]", wanted, &number, error) != 3) {
    if (sscanf(text, "%15[a-z]:%ld%c:%15[A-Z]", wanted, &number, &plus, error) != 4 || plus != '+') abort();
    sticky = 1;
  }
  failure = !strcmp(error, "ENOSPC") ? ENOSPC : !strcmp(error, "EIO") ? EIO : !strcmp(error, "EINTR") ? EINTR : !strcmp(error, "ENOTSUP") ? ENOTSUP : 0;
  if (!failure) abort();
  const char *folder = getenv("SAGE_STREAM_FAULT_BELOW"), *log = getenv("SAGE_STREAM_FAULT_LOG");
  snprintf(below, sizeof below, "%s", folder ? folder : "/");
  below_length = strlen(below);
  snprintf(record, sizeof record, "%s", log ? log : "");
  is_armed = 1;
}

static int strike(const char *call, const char *path) {
  if (!is_armed || strcmp(call, wanted) || !path) return 0;
  if (path[0] == '/' && strncmp(path, below, below_length)) return 0;
  long now = atomic_fetch_add(&seen, 1) + 1;
  if (now != number && !(sticky && now > number)) return 0;
  if (record[0]) {
    int log = (int)syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char line[4200];
    int length = snprintf(line, sizeof line, "%s %s\n", call, path);
    if (log >= 0) {
      if (syscall(SYS_write, log, line, (size_t)length) < 0) abort();
      syscall(SYS_close, log);
    }
  }
  errno = (int)failure;
  return 1;
}

// A call on a descriptor counts where that is a file with a name, or one whose name has been removed.
static int strike_descriptor(const char *call, int descriptor) {
  if (!is_armed || strcmp(call, wanted)) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return path[0] == '/' && strike(call, path);
}

#define NEXT(name) \
  static __typeof__(&name) next; \
  if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t count) {
  NEXT(write);
  return strike_descriptor("write", fd) ? -1 : next(fd, bytes, count);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  NEXT(pwrite);
  return strike_descriptor("write", fd) ? -1 : next(fd, bytes, count, offset);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT(writev);
  return strike_descriptor("write", fd) ? -1 : next(fd, parts, count);
}
int fsync(int fd) {
  NEXT(fsync);
  return strike_descriptor("fsync", fd) ? -1 : next(fd);
}
int fdatasync(int fd) {
  NEXT(fdatasync);
  return strike_descriptor("fsync", fd) ? -1 : next(fd);
}
int flock(int fd, int operation) {
  NEXT(flock);
  return strike_descriptor("flock", fd) ? -1 : next(fd, operation);
}
int rename(const char *from, const char *to) {
  NEXT(rename);
  return strike("rename", to) ? -1 : next(from, to);
}
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  NEXT(renameat);
  return strike("rename", to) ? -1 : next(from_folder, from, to_folder, to);
}
int link(const char *from, const char *to) {
  NEXT(link);
  return strike("link", to) ? -1 : next(from, to);
}
int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  NEXT(linkat);
  return strike("link", to) ? -1 : next(from_folder, from, to_folder, to, flags);
}

static const char *opening(int flags) { return (flags & O_ACCMODE) == O_RDONLY ? "read" : "open"; }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    NEXT(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return strike(opening(flags), path) ? -1 : next(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    NEXT(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return strike(opening(flags), path) ? -1 : next(folder, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)
int creat(const char *path, mode_t mode) {
  NEXT(creat);
  return strike("open", path) ? -1 : next(path, mode);
}

#endif
