#!/usr/bin/env zsh
# zsh-completes.zsh LINE: what a real interactive zsh lists when Tab is pressed behind LINE, as plain text.
# The folder with the completion functions comes in $functions_folder.

setopt extended_glob
zmodload zsh/zpty
zpty shell zsh -f -i
# read_until PATTERN: what the shell has written up to and with the pattern.
read_until() {
  local part
  text=''
  while zpty -r shell part; do
    text+=$part
    [[ $text == *$~1* ]] && return
  done
}

# The markers are put together when they are run, so that the echo of what is typed does not look like them.
zpty -w shell "PS1= PS2= RPS1= LISTMAX=0 TERM=dumb; stty columns 200 rows 200; fpath=(${(q)functions_folder} \$fpath)
autoload -U compinit && compinit -D -u
zstyle ':completion:*' list-colors ''; setopt no_beep no_list_packed list_rows_first
finished() { zle -M E''ND }; print REA''DY"
read_until '*READY*'
zpty -w shell 'zle -N finished; bindkey "^Xe" finished; bindkey "^I" list-choices; print REA''DY2'
read_until '*READY2*'
zpty -n -w shell "$1"$'\t'$'\C-Xe'
read_until '*END*'
# Without what a terminal does with it: the lines between the one that was typed and the same one shown anew.
text=${${text//$'\e'\[[0-9;?]#[A-Za-z]}//$'\r'}
text=${${text#*$1$'\n'}%%$1$'\n'*}
print -rl -- ${${(f)text}%% #}
zpty -d shell
