# Keeps a private PostgreSQL server for a test process, which talks to it through a pipe. However that
# process ends, the pipe closes; then the server is stopped and its folder removed.
bin=$1
folder=$2
cd "$folder" || exit 1

# A server of a real clinic sorts as people do; where initdb knows how, this one does, too.
init() {
  "$bin/initdb" -D data -U postgres --pwfile=password --auth=scram-sha-256 -E UTF8 --no-sync "$@" \
    >>init.log 2>&1 </dev/null
}
init --locale=C --locale-provider=icu --icu-locale=es || init --no-locale
echo $?

while read -r word rest; do
  case $word in
    start) "$bin/pg_ctl" -D data -l server.log -w -t 60 -o "-p $rest" start >>init.log 2>&1 </dev/null ;;
    pool) PATH=$PATH:/usr/sbin pgbouncer -d pooler.ini >>init.log 2>&1 </dev/null ;;
    stop) "$bin/pg_ctl" -D data -w -t 60 -m "$rest" stop >>init.log 2>&1 </dev/null ;;
  esac
  echo $?
done

if [ -f pooler.pid ]; then kill "$(cat pooler.pid)"; fi
"$bin/pg_ctl" -D data -w -m immediate stop >/dev/null 2>&1 </dev/null
cd /
rm -rf "$folder"
