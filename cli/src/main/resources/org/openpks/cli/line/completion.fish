# Completion of pks in fish.

function __pks_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (command $words[1] __complete $words[2..-1] "$current" 2>/dev/null </dev/null)
    if test "$lines[1]" = ":files"
        __fish_complete_path $current
    else if set -q lines[1]
        printf '%s\n' $lines
    end
end

complete -c pks -f -a '(__pks_complete)'
