/* Where the heap begins, in a program that has the C library in itself (`link.rs`): before a large page.
 *
 * The system hands memory out by the page, each when it is first touched, and a command of milliseconds touches
 * 50 to 200 of them, at one to three microseconds. A large page comes at once, for the price of some thirty small ones.
 * What needs next to no memory goes without. Where the system has no such pages, all is as it was. */
#include <stdint.h>
#include <sys/mman.h>

enum { LARGE = 2 << 20, BEFORE = 32 << 10 };

void *__real___sbrk(intptr_t);

/* What was asked for and nobody has yet: [next, end). Behind the large page there is never anything. */
static char *next, *large_end, *end;

static void set_aside(void) {
  uintptr_t now = (uintptr_t)__real___sbrk(0);
  char *large = (char *)((now + BEFORE + LARGE - 1) / LARGE * LARGE);
  if (__real___sbrk(large + LARGE - (char *)now) == (void *)-1) return;
  madvise(large, LARGE, MADV_HUGEPAGE);
  next = large - BEFORE;
  large_end = end = large + LARGE;
}

/* Only what lies behind the large page goes back to the system, and comes again as zeros, which `calloc` counts on. The
 * library looks afterwards how much it was. */
static void *give_back(intptr_t less) {
  intptr_t behind = next > large_end ? next - large_end : 0;
  if (less > behind) less = behind;
  if (less == 0 || __real___sbrk(-less) == (void *)-1) return (void *)-1;
  char *was = next;
  next = end = next - less;
  return was;
}

/* The library's `malloc` asks here for more, under its lock. The little that is asked for before it, when a thread has no
 * place for `errno` yet, comes from the system. */
void *__wrap___sbrk(intptr_t more) {
  if (!next && more >= BEFORE) set_aside();
  if (!next) return __real___sbrk(more);
  if (more < 0) return give_back(-more);
  if (more > end - next) {
    /* Nobody else asks the system, so that it goes on where it ended. */
    if (__real___sbrk(more - (end - next)) != end) return (void *)-1;
    end = next + more;
  }
  char *given = next;
  next += more;
  return given;
}
