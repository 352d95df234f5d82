# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_turno_global_optspecs
    string join \n db= clinic= format= json color= no-input q/quiet h/help V/version
end

function __fish_turno_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_turno_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_turno_using_subcommand
    set -l cmd (__fish_turno_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c turno -n "__fish_turno_needs_command" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_needs_command" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_needs_command" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_needs_command" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_needs_command" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_needs_command" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_needs_command" -s V -l version -d 'Print version'
complete -c turno -n "__fish_turno_needs_command" -f -a "slots" -d 'Show free slots'
complete -c turno -n "__fish_turno_needs_command" -f -a "why" -d 'Tell every rule that stands in the way of a time'
complete -c turno -n "__fish_turno_needs_command" -f -a "late" -d 'A doctor runs late: whom to call before they leave home'
complete -c turno -n "__fish_turno_needs_command" -f -a "undo" -d 'Take back your last change: a booking, move, cancellation or step'
complete -c turno -n "__fish_turno_needs_command" -f -a "series" -d 'Series: appointments that were booked together'
complete -c turno -n "__fish_turno_needs_command" -f -a "waitlist" -d 'The waiting list: who would rather come earlier, and what is held for them'
complete -c turno -n "__fish_turno_needs_command" -f -a "book" -d 'Book an appointment, or many from JSON'
complete -c turno -n "__fish_turno_needs_command" -f -a "show" -d 'Show one appointment'
complete -c turno -n "__fish_turno_needs_command" -f -a "list" -d 'List appointments'
complete -c turno -n "__fish_turno_needs_command" -f -a "count" -d 'Count bookings made lately'
complete -c turno -n "__fish_turno_needs_command" -f -a "agenda" -d 'Draw a day or a week: columns are doctors, or days'
complete -c turno -n "__fish_turno_needs_command" -f -a "queue" -d 'Show today\'s waiting room: who is in, who waits, who is next'
complete -c turno -n "__fish_turno_needs_command" -f -a "reschedule" -d 'Move an appointment'
complete -c turno -n "__fish_turno_needs_command" -f -a "cancel" -d 'Call an appointment off'
complete -c turno -n "__fish_turno_needs_command" -f -a "status" -d 'Bring an appointment to another status'
complete -c turno -n "__fish_turno_needs_command" -f -a "update" -d 'Change what an appointment says'
complete -c turno -n "__fish_turno_needs_command" -f -a "demo" -d 'See the main commands at work on a throw-away book'
complete -c turno -n "__fish_turno_needs_command" -f -a "remind" -d 'Send what is due, and see what is planned'
complete -c turno -n "__fish_turno_needs_command" -f -a "webhook" -d 'Webhooks: programs that hear of what happens to appointments'
complete -c turno -n "__fish_turno_needs_command" -f -a "cron" -d 'Print the crontab lines and systemd units that send what is due'
complete -c turno -n "__fish_turno_needs_command" -f -a "init" -d 'Make the book, the secret file and the first clinic'
complete -c turno -n "__fish_turno_needs_command" -f -a "clinic" -d 'Clinics and their settings'
complete -c turno -n "__fish_turno_needs_command" -f -a "branch" -d 'Branches: the places of the clinic'
complete -c turno -n "__fish_turno_needs_command" -f -a "doctor" -d 'Doctors'
complete -c turno -n "__fish_turno_needs_command" -f -a "service" -d 'Services: what patients come for'
complete -c turno -n "__fish_turno_needs_command" -f -a "window" -d 'Calendar windows: when patients are seen'
complete -c turno -n "__fish_turno_needs_command" -f -a "closure" -d 'Closures: holidays, time off and breaks'
complete -c turno -n "__fish_turno_needs_command" -f -a "patient" -d 'Patients'
complete -c turno -n "__fish_turno_needs_command" -f -a "report" -d 'How much was booked, who did not come, and how much of the open time is taken'
complete -c turno -n "__fish_turno_needs_command" -f -a "key" -d 'Access keys: who may give commands in a clinic with `access: keys`'
complete -c turno -n "__fish_turno_needs_command" -f -a "audit" -d 'Who did what, when, before and after'
complete -c turno -n "__fish_turno_needs_command" -f -a "db" -d 'The book itself'
complete -c turno -n "__fish_turno_needs_command" -f -a "schema" -d 'Print the JSON Schema of what the commands answer with --json, or list the schemas'
complete -c turno -n "__fish_turno_needs_command" -f -a "completions" -d 'Print a shell\'s completions'
complete -c turno -n "__fish_turno_needs_command" -f -a "man" -d 'Print the manual, or write its pages into a directory'
complete -c turno -n "__fish_turno_using_subcommand slots" -l doctor -d 'Of that doctor only (code, id or name)' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l service -d 'For that service' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l branch -d 'At that branch; `all` for every one' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l session -d 'In windows of that session' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l date -d 'On that day [default: today]' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l from -d 'From that day on' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l to -d 'Up to that day' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l duration -d 'For a visit of that length' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l first -d 'Look ahead until so many are found' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand slots" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand slots" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand slots" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand slots" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand slots" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand slots" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand why" -l service -d 'For that service' -r
complete -c turno -n "__fish_turno_using_subcommand why" -l branch -d 'At that branch [env: TURNO_BRANCH]' -r
complete -c turno -n "__fish_turno_using_subcommand why" -l patient -d 'For that patient' -r
complete -c turno -n "__fish_turno_using_subcommand why" -l duration -d 'For so long' -r
complete -c turno -n "__fish_turno_using_subcommand why" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand why" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand why" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand why" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand why" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand why" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand why" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand late" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand late" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand late" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand late" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand late" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand late" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand late" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand late" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand undo" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand undo" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand undo" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand undo" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand undo" -l dry-run -d 'Tell what would be taken back, and leave it'
complete -c turno -n "__fish_turno_using_subcommand undo" -l yes -l force -d 'Take it back without being asked'
complete -c turno -n "__fish_turno_using_subcommand undo" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand undo" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand undo" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -f -a "list" -d 'List the series with appointments still to come'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -f -a "show" -d 'Show the appointments of a series'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -f -a "cancel" -d 'Cancel what is still to come of a series'
complete -c turno -n "__fish_turno_using_subcommand series; and not __fish_seen_subcommand_from list show cancel move" -f -a "move" -d 'Move what is still to come of a series'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -l all -d 'Those that are over, too'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l reason -d 'Why' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l from -d 'From that day on' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l no-notify -d 'Send no notices'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l force -d 'Even inside the clinic\'s cutoff'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l time -d 'To that time on the same days' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l by -d 'By so much, such as 30m, 1d or -1h' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l from -d 'From that day on' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l reason -d 'Why; noted in the audit log' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l skip-conflicts -d 'Leave those where they are that can\'t move'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l no-notify -d 'Send no notices'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l force -d 'Even inside the clinic\'s cutoff'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand series; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -f -a "add" -d 'Put somebody on the waiting list'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -f -a "list" -d 'Show who waits and what is held, or whom a free slot fits'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -f -a "offer" -d 'Hold a slot for somebody: nobody else can book it meanwhile'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -f -a "accept" -d 'Book what is held, or move the appointment to it'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -f -a "decline" -d 'Give up what is held; the entry goes on waiting'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and not __fish_seen_subcommand_from add list offer accept decline remove" -f -a "remove" -d 'Take somebody off the waiting list'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l doctor -d 'With that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l service -d 'For that service; without a doctor: with anybody' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l branch -d 'At that branch [env: TURNO_BRANCH]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l patient -d 'For that known patient (code, id, phone or name)' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l name -d 'The patient\'s full name' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l phone -d 'The patient\'s phone' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l session -d 'In windows of that session only' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l half -d 'In that half of the day only: morning or afternoon' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l from -d 'Not before that day' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l to -d 'Not after that day' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l duration -d 'For so long' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l note -d 'For the staff' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l doctor -d 'For that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l for -d 'Whom the slot of that cancelled appointment fits' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l at -d 'Whom that time fits, such as `tomorrow 9:30`' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l all -d 'Those who have their time or were taken off, too'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l at -d 'At that moment: RFC 3339, 2026-06-15T14:30 on the wall clock, or `tomorrow 9`' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l date -d 'On that day' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l time -d 'At that time' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l doctor -d 'With that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l for -d 'Held for so long' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from offer" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l reason -d 'Why the patient comes, for a booking' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l no-notify -d 'Send no message'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l force -d 'Move the appointment even inside the clinic\'s cutoff'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from decline" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand waitlist; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand book" -l doctor -d 'With that doctor (code, id or name)' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l service -d 'For that service; without a doctor: in a pooled window' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l date -d 'On that day' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l time -d 'At that time' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l at -d 'At that moment: RFC 3339, 2026-06-15T14:30 on the wall clock, or `tomorrow 9`' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l duration -d 'For so long' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l end -d 'Until then: HH:MM, or as --at' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l patient -d 'For that known patient (code, id, phone or name)' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l name -d 'The patient\'s full name' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l phone -d 'The patient\'s phone' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l email -d 'The patient\'s e-mail address' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l national-id -d 'The patient\'s national ID; `-` reads it from stdin' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l branch -d 'At that branch [env: TURNO_BRANCH]' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l session -d 'In a window of that session' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l batch -d 'In a window of that batch' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l visit-type -d 'Kind of visit' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l reason -d 'Why the patient comes' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l notes -d 'For the staff' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l source -d 'Where the booking comes from [default: manual]' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l status -d 'The status it begins with: scheduled or confirmed [default: the clinic\'s]' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l external-ref -d 'Your own id for it: sent again, the same appointment answers' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l idempotency-key -d 'A key that makes sending the same request again safe' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l every -d 'Again every day, week, `2 weeks` or month' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l times -d 'So many appointments' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l until -d 'Up to that day' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l rrule -d 'Again by a rule of iCalendar\'s, such as FREQ=WEEKLY;COUNT=6;BYDAY=MO,TH' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l pick -d 'Take that one of the times that were offered when a booking was refused' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l input -d 'Read one JSON object, or many (an array or NDJSON); `-` is stdin' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand book" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand book" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand book" -l no-notify -d 'Send no confirmation'
complete -c turno -n "__fish_turno_using_subcommand book" -l overbook -d 'Book even where the doctor is taken or the window is full'
complete -c turno -n "__fish_turno_using_subcommand book" -l skip-conflicts -d 'Leave out those that can\'t be booked'
complete -c turno -n "__fish_turno_using_subcommand book" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand book" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand book" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand book" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand book" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand list" -l date -d 'On that day' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l from -d 'From that day on' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l to -d 'Up to that day' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l status -d 'With one of these statuses' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l doctor -d 'With that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l branch -d 'At that branch [env: TURNO_BRANCH]' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l service -d 'For that service' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l patient -d 'Of that patient' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l source -d 'Booked from there' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l sort -d 'In which order' -r -f -a "start\t'Earliest first'
created\t'In booking order'"
complete -c turno -n "__fish_turno_using_subcommand list" -l page -d 'Which page' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l limit -d 'How many on a page' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand list" -l follow-up-due -d 'Whose follow-up is due today or was before'
complete -c turno -n "__fish_turno_using_subcommand list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand count" -l date -d 'On that day' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l from -d 'From that day on' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l to -d 'Up to that day' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l status -d 'With one of these statuses' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l doctor -d 'With that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l branch -d 'At that branch [env: TURNO_BRANCH]' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l service -d 'For that service' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l patient -d 'Of that patient' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l source -d 'Booked from there' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l since -d 'Booked since then [default: 24 hours ago]' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand count" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand count" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand count" -l follow-up-due -d 'Whose follow-up is due today or was before'
complete -c turno -n "__fish_turno_using_subcommand count" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand count" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand count" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand agenda" -l date -d 'That day, or the week that it is in [default: today]' -r
complete -c turno -n "__fish_turno_using_subcommand agenda" -l doctor -d 'Of that doctor only (code, id or name)' -r
complete -c turno -n "__fish_turno_using_subcommand agenda" -l branch -d 'At that branch; `all` for every one [env: TURNO_BRANCH]' -r
complete -c turno -n "__fish_turno_using_subcommand agenda" -l print -d 'For paper: a sheet for each doctor, as plain text or as a page for a browser' -r -f -a "text\t'Plain text of 80 columns'
html\t'HTML'"
complete -c turno -n "__fish_turno_using_subcommand agenda" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand agenda" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand agenda" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand agenda" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand agenda" -l week -d 'The whole week, Monday to Sunday'
complete -c turno -n "__fish_turno_using_subcommand agenda" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand agenda" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand agenda" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand agenda" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand queue" -l doctor -d 'Of that doctor only (code, id or name)' -r
complete -c turno -n "__fish_turno_using_subcommand queue" -l branch -d 'At that branch; `all` for every one [env: TURNO_BRANCH]' -r
complete -c turno -n "__fish_turno_using_subcommand queue" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand queue" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand queue" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand queue" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand queue" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand queue" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand queue" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand queue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l date -d 'To that day' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l time -d 'To that time' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l at -d 'To that moment: RFC 3339, or 2026-06-15T14:30 on the wall clock' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l duration -d 'For so long [default: as before]' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l end -d 'Until then: HH:MM, or as --at' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l doctor -d 'To that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l branch -d 'To that branch' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l reason -d 'Why; noted in the audit log' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l input -d 'Read the move as a JSON object; `-` is stdin' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l no-notify -d 'Send no notice'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l force -d 'Even inside the clinic\'s cutoff'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l overbook -d 'Even where the doctor is taken or the window is full'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand reschedule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand cancel" -l reason -d 'Why' -r
complete -c turno -n "__fish_turno_using_subcommand cancel" -l input -d 'Read the cancellation as a JSON object; `-` is stdin' -r
complete -c turno -n "__fish_turno_using_subcommand cancel" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand cancel" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand cancel" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand cancel" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand cancel" -l no-notify -d 'Send no notice'
complete -c turno -n "__fish_turno_using_subcommand cancel" -l force -d 'Even inside the clinic\'s cutoff'
complete -c turno -n "__fish_turno_using_subcommand cancel" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand cancel" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand cancel" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand cancel" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand status" -l reason -d 'Why it is called off' -r
complete -c turno -n "__fish_turno_using_subcommand status" -l diagnosis -d 'What the doctor found' -r
complete -c turno -n "__fish_turno_using_subcommand status" -l prescription -d 'What the doctor ordered' -r
complete -c turno -n "__fish_turno_using_subcommand status" -l follow-up -d 'When the patient should come again' -r
complete -c turno -n "__fish_turno_using_subcommand status" -l input -d 'Read the status as a JSON object; `-` is stdin' -r
complete -c turno -n "__fish_turno_using_subcommand status" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand status" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand status" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand status" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand status" -l no-notify -d 'Send no notice'
complete -c turno -n "__fish_turno_using_subcommand status" -l force -d 'Even inside the clinic\'s cutoff'
complete -c turno -n "__fish_turno_using_subcommand status" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand status" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand status" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand status" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand update" -l notes -d 'For the staff; an empty text clears it, here and below' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l reason -d 'Why the patient comes' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l duration -d 'How long' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l diagnosis -d 'What the doctor found' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l prescription -d 'What the doctor ordered' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l follow-up -d 'When the patient should come again; `none` for not at all' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l visit-type -d 'Kind of visit' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l input -d 'Read any fields of update, reschedule and status from a JSON object; `-` is stdin' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand update" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand update" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand update" -l dry-run -d 'Go the whole way, then take it back'
complete -c turno -n "__fish_turno_using_subcommand update" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand update" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand update" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand demo" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand demo" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand demo" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand demo" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand demo" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand demo" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand demo" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -f -a "due" -d 'Send what is due (for cron, every minute)'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -f -a "list" -d 'List the messages of the outbox'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -f -a "retry" -d 'Let messages go out again that failed'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -f -a "preview" -d 'Show what a message would say; send nothing'
complete -c turno -n "__fish_turno_using_subcommand remind; and not __fish_seen_subcommand_from due list retry preview templates" -f -a "templates" -d 'The clinic\'s own templates'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l limit -d 'Send at most so many; the rest goes with the next sweep [default: all]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l dry-run -d 'Say for each pending message whether it is due, and why; send nothing'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from due" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l appointment -d 'Of that appointment' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l status -d 'With that status: pending, sent, failed, dropped, superseded or expired' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -l all -d 'All that failed and whose appointment is still ahead'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l kind -d 'What it is about: reminder, confirmation, reschedule or cancellation' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l locale -d 'In that language: es or en [default: the patient\'s]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -f -a "check" -d 'Try the clinic\'s templates on appointments of every sort'
complete -c turno -n "__fish_turno_using_subcommand remind; and __fish_seen_subcommand_from templates" -f -a "set" -d 'Put those of a directory in the place of the clinic\'s, if every one of them is good'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "add" -d 'Add an endpoint; its signing secret is in the answer, this once'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "list" -d 'List the endpoints'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "show" -d 'Show an endpoint'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "set" -d 'Change an endpoint'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "remove" -d 'Retire an endpoint: what is still on its way there is dropped'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "rotate" -d 'Give an endpoint a new secret; the old one signs along for a while'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "test" -d 'Send a test event to an endpoint at once, and show what it answers'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "deliver" -d 'Deliver what is due (for cron, every minute)'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "log" -d 'List deliveries and what became of them, the newest'
complete -c turno -n "__fish_turno_using_subcommand webhook; and not __fish_seen_subcommand_from add list show set remove rotate test deliver log replay" -f -a "replay" -d 'Send deliveries again, with the same id and bytes'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l url -d 'Where events go: https://…' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l event -d 'An event that it takes, such as appointment.booked; several, or all [default: all]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l thin -d 'Send ids only, and not the whole appointment'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l allow-private -d 'It may stand at a private address; http is allowed then, to such an address'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l url -d 'Where events go: https://…' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l event -d 'An event that it takes, such as appointment.booked; several, or all [default: all]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l thin -d 'Send ids only, and not the whole appointment'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l allow-private -d 'It may stand at a private address; http is allowed then, to such an address'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l full -d 'Send the whole appointment'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l no-allow-private -d 'It may not stand at a private address'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l enable -d 'Take events again'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l disable -d 'Take no events: what is still on its way there is dropped'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -l overlap -d 'How long the old secret signs, too, such as 2h; 0 ends it at once [default: 24h]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l limit -d 'Try at most so many; the rest goes with the next sweep' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l workers -d 'Try so many at once' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l dry-run -d 'Say which deliveries would be tried; send nothing'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from deliver" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l webhook -d 'To that endpoint' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l status -d 'With that status: pending, delivered, failed or dropped' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l appointment -d 'Of that appointment' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l since -d 'Of events not before that day or moment' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l limit -d 'At most so many' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l webhook -d 'Instead: all to that endpoint …' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l since -d '… of events since that day or moment …' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l status -d '… with that status: pending, delivered, failed or dropped' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand webhook; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand cron" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand cron" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand cron" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand cron" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand cron" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand cron" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand cron" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand cron" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand init" -l name -d 'The clinic\'s name' -r
complete -c turno -n "__fish_turno_using_subcommand init" -l timezone -d 'Its IANA time zone, such as America/El_Salvador' -r
complete -c turno -n "__fish_turno_using_subcommand init" -l country -d 'Its ISO 3166 country, for phone numbers [default: the zone\'s]' -r
complete -c turno -n "__fish_turno_using_subcommand init" -l code -d 'Its short name [default: made from the name]' -r
complete -c turno -n "__fish_turno_using_subcommand init" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand init" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand init" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand init" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand init" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand init" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand init" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -f -a "add" -d 'Add a clinic to the book'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -f -a "list" -d 'List the book\'s clinics'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -f -a "show" -d 'Show a clinic and its settings'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -f -a "use" -d 'Choose the clinic to work in'
complete -c turno -n "__fish_turno_using_subcommand clinic; and not __fish_seen_subcommand_from add list show use set" -f -a "set" -d 'Change a setting'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l name -d 'The clinic\'s name' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l timezone -d 'Its IANA time zone, such as America/El_Salvador' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l country -d 'Its ISO 3166 country, for phone numbers [default: the zone\'s]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l code -d 'Its short name [default: made from the name]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from use" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from use" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from use" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from use" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from use" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand clinic; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -f -a "add" -d 'Add a branch'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -f -a "list" -d 'List the branches'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -f -a "show" -d 'Show a branch'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -f -a "set" -d 'Change a branch'
complete -c turno -n "__fish_turno_using_subcommand branch; and not __fish_seen_subcommand_from add list show set remove" -f -a "remove" -d 'Retire a branch: no new bookings, history stays'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l name -d 'As patients know it' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l code -d 'Its short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l timezone -d 'Its IANA time zone, where it differs from the clinic\'s' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l name -d 'As patients know it' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l code -d 'Its short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l timezone -d 'Its IANA time zone, where it differs from the clinic\'s' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l dry-run -d 'Tell whose appointments it hits, and save nothing'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l yes -d 'Save it without being asked, whoever it hits'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand branch; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -f -a "add" -d 'Add a doctor'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -f -a "list" -d 'List the doctors'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -f -a "show" -d 'Show a doctor'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -f -a "set" -d 'Change a doctor'
complete -c turno -n "__fish_turno_using_subcommand doctor; and not __fish_seen_subcommand_from add list show set remove" -f -a "remove" -d 'Retire a doctor: no new bookings, history stays'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l name -d 'Full name, as patients know them' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l specialty -d 'Their field' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l slot -d 'Usual length of a visit, in minutes' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l buffer-before -d 'Minutes kept free before each visit' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l buffer-after -d 'Minutes kept free after each visit' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l name -d 'Full name, as patients know them' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l specialty -d 'Their field' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l slot -d 'Usual length of a visit, in minutes' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l buffer-before -d 'Minutes kept free before each visit' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l buffer-after -d 'Minutes kept free after each visit' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l dry-run -d 'Tell whose appointments it hits, and save nothing'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l yes -d 'Save it without being asked, whoever it hits'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand doctor; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -f -a "add" -d 'Add a service'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -f -a "list" -d 'List the services'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -f -a "show" -d 'Show a service'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -f -a "set" -d 'Change a service'
complete -c turno -n "__fish_turno_using_subcommand service; and not __fish_seen_subcommand_from add list show set remove" -f -a "remove" -d 'Retire a service: no new bookings, history stays'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l name -d 'As patients know it' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l duration -d 'How long it takes, in minutes' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l name -d 'As patients know it' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l duration -d 'How long it takes, in minutes' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand service; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -f -a "add" -d 'Add a window'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -f -a "list" -d 'List the windows'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -f -a "show" -d 'Show a window'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -f -a "set" -d 'Change a window; appointments that it holds stay, those outside of it then are named'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -f -a "open" -d 'Open a window'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -f -a "close" -d 'Close a window: no new bookings for now, appointments that it holds stay'
complete -c turno -n "__fish_turno_using_subcommand window; and not __fish_seen_subcommand_from add list show set open close remove" -f -a "remove" -d 'Retire a window: no new bookings, history stays'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l doctor -d 'Whose; without a doctor the window is pooled and needs a capacity' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l branch -d 'Where' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l service -d 'Only for that service; may be given several times' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l days -d 'On these weekdays: mon,tue or mon-fri' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l on -d 'On that date' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l from -d 'From that time' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l to -d 'To that time; 24:00 is the midnight that ends the day, an earlier one is the next day\'s' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l session -d 'Session label: Morning, Afternoon, Evening …' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l batch -d 'Batch label that bookings take over' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l slot -d 'Its grid, in minutes' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l capacity -d 'Bookings that each service may have on one date' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l valid-from -d 'The first date it is valid on' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l valid-until -d 'The last date it is valid on' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l closed -d 'It begins closed'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l doctor -d 'Of that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l branch -d 'At that branch' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l doctor -d 'Whose; without a doctor the window is pooled and needs a capacity' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l branch -d 'Where' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l service -d 'Only for that service; may be given several times' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l days -d 'On these weekdays: mon,tue or mon-fri' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l on -d 'On that date' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l from -d 'From that time' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l to -d 'To that time; 24:00 is the midnight that ends the day, an earlier one is the next day\'s' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l session -d 'Session label: Morning, Afternoon, Evening …' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l batch -d 'Batch label that bookings take over' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l slot -d 'Its grid, in minutes' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l capacity -d 'Bookings that each service may have on one date' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l valid-from -d 'The first date it is valid on' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l valid-until -d 'The last date it is valid on' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l dry-run -d 'Tell whose appointments it hits, and save nothing'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l yes -d 'Save it without being asked, whoever it hits'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from open" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l dry-run -d 'Tell whose appointments it hits, and save nothing'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l yes -d 'Save it without being asked, whoever it hits'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from close" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l dry-run -d 'Tell whose appointments it hits, and save nothing'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l yes -d 'Save it without being asked, whoever it hits'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand window; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -f -a "add" -d 'Add a closure; the answer names the appointments that it hits, and moves them with --move'
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -f -a "list" -d 'List the closures'
complete -c turno -n "__fish_turno_using_subcommand closure; and not __fish_seen_subcommand_from add list remove" -f -a "remove" -d 'Remove a closure: its time is open again'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l date -d 'One whole day' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l from -d 'From that day, or from that moment such as 2026-06-15T14:00' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l to -d 'To the end of that day, or to that moment' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l doctor -d 'Only that doctor' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l branch -d 'Only that branch' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l reason -d 'What for' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l to-doctor -d 'Move them to that doctor [default: their own, else who gives the same service at the branch]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l dry-run -d 'Tell whose appointments it hits, and save nothing'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l yes -d 'Save it without being asked, whoever it hits'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l move -d 'Plan for each appointment that it hits the best free time, and show that; nothing is saved'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l apply -d 'Save the closure and make the moves, as one act, and tell whom they concern'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l leave-unplaced -d 'Leave those where they are for whom there is no free time'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l no-notify -d 'Leave out the notices to the patients'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l force -d 'Move those inside the cutoff, too'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand closure; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "add" -d 'Add a patient'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "list" -d 'List the patients by name'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "find" -d 'Find patients by parts of name, code or phone, or by national ID'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "show" -d 'Show a patient'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "set" -d 'Change a patient'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "export" -d 'Write down all that is held of a patient, as JSON'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "merge" -d 'Make one of two records that are the same person, and take that back'
complete -c turno -n "__fish_turno_using_subcommand patient; and not __fish_seen_subcommand_from add list find show set export merge erase" -f -a "erase" -d 'Take a patient out of the book: their visits stay, nameless'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l name -d 'Full name, as they write it' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l phone -d 'Phone, as they say it' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l email -d 'E-mail address' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l national-id -d 'National ID, kept encrypted; `-` reads it from stdin' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l locale -d 'Language of their messages: es or en' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l channels -d 'Channels of their messages, in order, such as smtp,print; `none` for the clinic\'s' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l page -d 'Which page' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l limit -d 'How many on a page' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -l limit -d 'At most so many' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from find" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -l reveal -d 'With the whole national ID'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l name -d 'Full name, as they write it' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l phone -d 'Phone, as they say it' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l email -d 'E-mail address' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l national-id -d 'National ID, kept encrypted; `-` reads it from stdin' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l locale -d 'Language of their messages: es or en' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l channels -d 'Channels of their messages, in order, such as smtp,print; `none` for the clinic\'s' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l opt-out -d 'They want no messages'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l opt-in -d 'They want messages again'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l out -d 'Write it into that file, for its owner\'s eyes only' -r -F
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l force -d 'Write over an earlier export'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l undo -d 'Take the merge of that record back' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l seal -d 'Make the merge of that record final' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l dry-run -d 'Show what would become of them, and leave it'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l force -l yes -d 'Without asking'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l force -l yes -d 'Without asking'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l dry-run -d 'Say what would go, and leave it'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand patient; and __fish_seen_subcommand_from erase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -f -a "utilisation" -d 'How much of the open time is taken'
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -f -a "no-shows" -d 'Who did not come'
complete -c turno -n "__fish_turno_using_subcommand report; and not __fish_seen_subcommand_from utilisation no-shows volume" -f -a "volume" -d 'How many visits there were, and what became of them'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l from -d 'From that day on [default: 29 days before the last]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l to -d 'Up to that day [default: today]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l by -d 'A row for each' -r -f -a "doctor\t''
service\t''
branch\t''
weekday\t''"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from utilisation" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l from -d 'From that day on [default: 29 days before the last]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l to -d 'Up to that day [default: today]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l by -d 'A row for each' -r -f -a "doctor\t''
service\t''
branch\t''
weekday\t''"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from no-shows" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l from -d 'From that day on [default: 29 days before the last]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l to -d 'Up to that day [default: today]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l by -d 'A row for each' -r -f -a "doctor\t''
service\t''
branch\t''
weekday\t''"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand report; and __fish_seen_subcommand_from volume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -f -a "create" -d 'Make a key; its secret is in the answer, this once'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -f -a "list" -d 'List the keys'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -f -a "show" -d 'Show a key'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -f -a "revoke" -d 'Take a key back: it opens nothing any more'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -f -a "rotate" -d 'Give a key a new secret; the old one opens nothing any more'
complete -c turno -n "__fish_turno_using_subcommand key; and not __fish_seen_subcommand_from create list show revoke rotate scopes" -f -a "scopes" -d 'Print what each command needs'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l name -d 'Who or what will hold it' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l scope -d 'What it may do, such as appointments:read; several, or admin for everything' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l doctor -d 'For that doctor\'s appointments alone' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l expires -d 'Good through that day, until that moment, or for so long, such as 90d [default: for good]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l code -d 'Short name [default: made]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -l all -d 'Retired ones, too'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -l expires -d 'Good through that day, until that moment, for so long, or none for good [default: as before]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand key; and __fish_seen_subcommand_from scopes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -f -a "log" -d 'Show the newest entries'
complete -c turno -n "__fish_turno_using_subcommand audit; and not __fish_seen_subcommand_from log verify" -f -a "verify" -d 'Hold every entry against the chain'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l record -d 'Of that record: an appointment\'s code, a patient\'s or another record\'s code, name or phone, or any id' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l actor -d 'By that actor' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l action -d 'Of that act, such as patient.shown, or of all acts on that kind of record, such as patient' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l since -d 'Not before that day or moment' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l until -d 'Not after that day or moment' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l limit -d 'At most so many' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "path" -d 'Print where the book is'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "info" -d 'Tell what the book is made of'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "check" -d 'Check that the book holds together'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "copy" -d 'Copy a whole book into a place that holds none'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "backup" -d 'Write the book as of one moment into a file, while others go on'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "restore" -d 'Put the book of a file in the place of this one, which is kept aside'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "rezone" -d 'Hold coming appointments against the zone rules of today: their wall clock stays'
complete -c turno -n "__fish_turno_using_subcommand db; and not __fish_seen_subcommand_from path info check copy backup restore rezone purge" -f -a "purge" -d 'Take out what is older than it has to be: visits, and patients without any'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l keep -d 'Name the file after clinic and time, and keep so many of this book\'s backups in the directory' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l passphrase-file -d 'The passphrase: the first line of a file that only its owner may read [default: asked for, or TURNO_PASSPHRASE]' -r -F
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l force -d 'Replace an earlier backup'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l with-key -d 'Put the secret file into the backup, sealed by a passphrase'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l passphrase-file -d 'The passphrase of the secret file in the backup: the first line of a file that only its owner may read [default: asked for, or TURNO_PASSPHRASE]' -r -F
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l force -d 'Replace the book without asking'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -l dry-run -d 'Tell what would change, and change nothing'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from rezone" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l older-than -d 'What ended longer ago than that: 10y, 18mo, 52w or 90d' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l force -l yes -d 'Without asking'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l dry-run -d 'Say what would go, and leave it'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand db; and __fish_seen_subcommand_from purge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand schema" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand schema" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand schema" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand schema" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand schema" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand schema" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand schema" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand completions" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand completions" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand completions" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand completions" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand completions" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand completions" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c turno -n "__fish_turno_using_subcommand man" -l db -d 'The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform\'s data directory]' -r
complete -c turno -n "__fish_turno_using_subcommand man" -l clinic -d 'The clinic to work in [default: the one chosen by `clinic use`, else the only one]' -r
complete -c turno -n "__fish_turno_using_subcommand man" -l format -d 'How results are written' -r -f -a "table\t'For people'
json\t'For programs'
csv\t'For spreadsheets'"
complete -c turno -n "__fish_turno_using_subcommand man" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c turno -n "__fish_turno_using_subcommand man" -l json -d 'Short for --format json'
complete -c turno -n "__fish_turno_using_subcommand man" -l no-input -d 'Never ask; implied when stdin or stdout is no terminal'
complete -c turno -n "__fish_turno_using_subcommand man" -s q -l quiet -d 'Results only: no hints, no progress'
complete -c turno -n "__fish_turno_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
