#!/bin/bash
# pages.sh BINARY: the pages in a real browser (headless Chromium), at the widths of a phone and of a desktop, light and
# dark. A frame around each page measures it: nothing may stick out, be loaded, or run. Tests/run.sh calls it once the
# binary is built.
#
#   Tests/Shell/pages.sh "$(swift build --show-bin-path)/git-sage-stream"

set -u
# shellcheck source-path=SCRIPTDIR source=harness.sh
. "$(dirname "$0")/harness.sh"

browser=''
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then
    browser=$name
    break
  fi
done
if [ -z "$browser" ]; then
  echo 'error: there is no Chromium; Tests/needs.sh installs it' >&2
  exit 1
fi
if [ $# -ne 1 ]; then
  echo "usage: $0 BINARY" >&2
  exit 2
fi
tool=$(cd "$(dirname "$1")" && pwd -P)

# A repository whose run ends with a landing, a failure and a conflict, with titles and output that attack.
repository() {
  export PATH=$tool:$PATH
  git init -q -b main "$box/repository"
  cd "$box/repository" || return 1
  git config user.name Tess
  git config user.email tess@example.org
  mkdir -p .sage/tickets
  cat >.sage/tickets/index.json <<'EOF'
{"tickets": [
{"id": "A-1", "title": "Rename </title><script>document.title='run'</script>", "description": "<img src=x onerror=alert(1)>"},
{"id": "A-2", "title": "AVeryLongTitleWithoutAnyBlankThatWouldStickOutOfANarrowPageIfNothingBrokeIt"},
{"id": "B-1", "title": "Fails", "dependencies": ["D-1"]},
{"id": "D-1", "title": "First", "priority": "P3"},
{"id": "E-1", "title": "Epic", "children": ["E-2", "E-3"], "dependencies": ["D-1"]},
{"id": "E-2"}, {"id": "E-3", "dependencies": ["E-2"]}
]}
EOF
  echo "a line that both tickets change, long enough to need a narrow page to break it somewhere, at the very least here" >shared.txt
  git add -A
  git commit -qm Start
  cat >"$box/work.sh" <<'EOF'
#!/bin/sh
echo "<script>document.title='log'</script> API_KEY=hunter2hunter2"
case $SAGE_TICKET_ID in
B-1) exit 3 ;;
A-*) echo "$SAGE_TICKET_ID <script>document.title='hunk'</script>" >shared.txt ;;
*) echo "$SAGE_TICKET_ID" >"$SAGE_TICKET_ID.txt" ;;
esac
EOF
  chmod +x "$box/work.sh"
  git sage-stream --auto --parallel=3 --schedule=batch --worker "$box/work.sh" || true
}

# measure PAGE WIDTH SCHEME: what the browser says of the page; SCHEME is 0 for dark, 1 for light.
measure() {
  cat >"$box/frame.html" <<EOF
<!DOCTYPE html><title>frame</title><iframe id="f" width="$2" height="900" style="border:0" src="file://$1"></iframe><pre id="said"></pre>
<script>
onload = () => {
  const page = f.contentDocument, root = page.documentElement, w = f.contentWindow;
  const outside = [...page.querySelectorAll('body *')].filter(e => !e.closest('.scroll, .lines') &&
    e.getBoundingClientRect().right > root.clientWidth + 1).map(e => e.tagName + '.' + e.className);
  said.textContent = [
    'width ' + (root.scrollWidth <= root.clientWidth ? 'fits' : root.scrollWidth + ' of ' + root.clientWidth),
    'outside ' + (outside.length ? outside.slice(0, 5).join(' ') : 'nothing'),
    'scripts ' + page.querySelectorAll('script, img, iframe, link, object').length,
    'loaded ' + w.performance.getEntriesByType('resource').length,
    'title ' + page.title.split(' ')[0],
    'ground ' + w.getComputedStyle(page.body).backgroundColor,
    'drawings ' + [...page.querySelectorAll('svg')].filter(e => e.getBoundingClientRect().height > 40).length,
    'targets ' + [...page.querySelectorAll('a[href^="#"]')].filter(e => !page.getElementById(decodeURIComponent(e.getAttribute('href').slice(1)))).length,
  ].join('\n');
};
</script>
EOF
  "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-web-security --user-data-dir="$box/browser" \
    --blink-settings=preferredColorScheme="$3" --virtual-time-budget=5000 --window-size=1400,1000 --dump-dom "file://$box/frame.html" \
    2>"$box/browser.log" | sed -n '/<pre id="said">/,/<\/pre>/p' >"$box/said"
  cat "$box/said"
}

# fits PAGE DRAWINGS: the page is right at both widths, light and dark.
fits() {
  local page=$1 drawings=$2 width
  for width in 390 1280; do
    measure "$page" "$width" 1
    says "$box/said" 'width fits' 'outside nothing' 'scripts 0' 'loaded 0' "drawings $drawings" 'targets 0' 'ground rgb(255, 255, 255)' || return 1
    ! grep -qE 'title (run|log|hunk)' "$box/said" || return 1
  done
  measure "$page" 390 0
  says "$box/said" 'width fits' 'ground rgb(15, 19, 24)'
}

conflicts_fit() {
  repository
  page=$(git sage-stream conflicts --html | tail -n 1)
  fits "$page" 0 || return 1
  says "$page" 'API_KEY=[redacted]'
}
it 'the page of a conflict fits a phone and a desktop, loads nothing and runs nothing' conflicts_fit

report_fits() {
  repository
  page=$(git sage-stream report --html | tail -n 1)
  fits "$page" 2
}
it 'the page of a run fits, with its timeline and its graph' report_fits

drawing_is_read() {
  repository
  git sage-stream plan --graph=svg >"$box/plan.svg"
  printf '<!DOCTYPE html><title>x</title><img id=i src="plan.svg"><script>onload=()=>{document.title="drawn "+(i.naturalWidth>100)}</script>' >"$box/see.html"
  "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$box/browser" --virtual-time-budget=3000 \
    --dump-dom "file://$box/see.html" >"$box/dom" 2>/dev/null
  says "$box/dom" 'drawn true'
}
it 'plan --graph=svg is a picture to a browser' drawing_is_read

finish
