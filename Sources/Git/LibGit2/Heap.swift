internal import CLibGit2

/// Lets all threads share one heap, which grows in large steps: where the C library gives each thread its own (glibc), those grow by a page
/// and a system call at a time, 2,300 calls for landing 200 tickets. To be called once, before there are threads.
public func useOneHeap() { sage_use_one_heap() }
