#compdef pks
# Completion of pks in zsh.

_pks() {
  local line
  local -a lines proposals
  lines=("${(@f)$("${(Q)~words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  if [[ ${lines[1]} == ':files' ]]; then
    _files
    return
  fi
  for line in "${lines[@]}"; do
    [[ -n $line ]] || continue
    if [[ $line == *$'\t'* ]]; then
      proposals+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    else
      proposals+=("${line//:/\\:}")
    fi
  done
  (( ${#proposals} )) && _describe 'pks' proposals
}

if [[ ${funcstack[1]} == _pks ]]; then
  _pks "$@"
else
  compdef _pks pks
fi
