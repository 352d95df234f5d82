/* What is asked of the system in another way, in a program that has the C library in itself (`link.rs`): names first.
 *
 * The library would open whatever the system's /etc/nsswitch.conf lists beside the program, and what is opened
 * belongs to the system's own library, of another version perhaps: that ends badly. So hosts are looked up in
 * /etc/hosts and by DNS, users in /etc/passwd, as programs written in Go do; both are part of the library since
 * its version 2.34. With an older one this does not link, and the library stays beside the program. */
#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <pthread.h>
#include <pwd.h>
#include <string.h>
#include <sys/random.h>

/* Of the library's own names the crate `getrandom` asks for one while the program runs, and reads /dev/urandom
 * where there is none. There is no other: nothing was opened. */
void *__wrap_dlsym(void *library, const char *name) {
  (void)library;
  return strcmp(name, "getrandom") == 0 ? (void *)getrandom : 0;
}

extern char _nss_dns_gethostbyname4_r[], _nss_files_gethostbyname4_r[], _nss_files_getpwuid_r[];
__attribute__((used)) static char *const own[] = {_nss_dns_gethostbyname4_r, _nss_files_gethostbyname4_r,
                                                  _nss_files_getpwuid_r};

/* Said once, and when they are asked for: most commands ask for neither. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int failed;

static void say(void) {
  failed = __nss_configure_lookup("hosts", "files dns") != 0 || __nss_configure_lookup("passwd", "files") != 0;
}

static int said(void) { return pthread_once(&once, say) == 0 && !failed; }

int __real_getaddrinfo(const char *, const char *, const struct addrinfo *, struct addrinfo **);
int __real_getpwuid_r(uid_t, struct passwd *, char *, size_t, struct passwd **);

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  return said() ? __real_getaddrinfo(host, service, hints, found) : EAI_MEMORY;
}

int __wrap_getpwuid_r(uid_t user, struct passwd *entry, char *room, size_t size, struct passwd **found) {
  *found = 0;
  return said() ? __real_getpwuid_r(user, entry, room, size, found) : ENOMEM;
}

/* Rust's own library asks at each start where the stack ends, which the C library reads out of /proc/self/maps: a
 * fortieth of a short command. It is for a word more where the stack overflows, which ends the program all the same. */
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
  (void)thread;
  (void)attributes;
  return ENOSYS;
}
