// The system's libgit2, and what Swift cannot import from it: git_libgit2_opts is variadic, so each option that
// we set has a typed wrapper here.
#ifndef SAGE_STREAM_CLIBGIT2_H
#define SAGE_STREAM_CLIBGIT2_H

#include <git2.h>
#include <git2/sys/commit.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// Every object and reference is fsynced before the call that wrote it returns. Process-wide; set before threads.
static inline int sage_git_enable_fsync(int on) { return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, on); }

// Off: new objects are not checked for the existence of what they name (the caller has just read or written it).
static inline int sage_git_strict_object_creation(int on) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, on);
}

// Off: git itself has decided whether this user may use the repository (safe.directory) before we open it.
static inline int sage_git_owner_validation(int on) { return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, on); }

// The largest object of a type that libgit2 keeps in memory once it has read it; and how much it keeps in all, in bytes.
static inline int sage_git_cache_limit(git_object_t type, size_t size) {
  return git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, type, size);
}
static inline int sage_git_cache_size(long size) { return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, size); }

// Puts an object into a backend and nowhere else, without looking first whether another backend has it.
static inline int sage_backend_write(git_odb_backend *backend, const git_oid *id, const void *data, size_t size, git_object_t type) {
  return backend->write(backend, id, data, size, type);
}

// One heap for all threads, which grows by a megabyte at a time. glibc would give each thread its own, which grows by a page and a system
// call at a time. Elsewhere nothing; before threads.
static inline void sage_use_one_heap(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, 1 << 20);
#endif
}

#endif
