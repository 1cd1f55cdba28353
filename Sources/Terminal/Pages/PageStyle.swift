/// The one style sheet of all pages.
enum PageStyle {
  static let sheet: StaticString = """
    :root{color-scheme:light dark;--bg:#fff;--ink:#1c2128;--soft:#57606a;--line:#d0d7de;--card:#f6f8fa;--link:#0550ae;
    --good:#1a7f37;--good-bg:#dafbe1;--bad:#b3261e;--bad-bg:#ffe5e2;--warn:#8a5a00;--warn-bg:#fff3cd;--info:#0550ae;--info-bg:#ddf0ff;
    --hold:#6639ba;--hold-bg:#efe6ff;--idle:#57606a;--idle-bg:#eaeef2;--ours:#e6f6e9;--theirs:#fdf3d8;--edge:#8c959f;--path:#c2410c}
    @media (prefers-color-scheme:dark){:root{--bg:#0f1318;--ink:#e2e7ec;--soft:#9aa5b1;--line:#343c46;--card:#171c23;--link:#79b8ff;
    --good:#5fd07c;--good-bg:#12351e;--bad:#ff8a80;--bad-bg:#46191a;--warn:#f0be55;--warn-bg:#3c2d0b;--info:#79b8ff;--info-bg:#12304f;
    --hold:#c3a3ff;--hold-bg:#33205a;--idle:#9aa5b1;--idle-bg:#262c34;--ours:#12301b;--theirs:#3a2f10;--edge:#7b8794;--path:#ff9a57}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:1.5rem clamp(.75rem,3vw,2.5rem) 4rem;max-width:110rem;background:var(--bg);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
    h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.2rem;margin:2.2rem 0 .7rem}
    h3{font-size:1rem;margin:1.6rem 0 .5rem}a{color:var(--link)}p{margin:.4rem 0}
    code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
    pre code{font-size:1em}.soft{color:var(--soft)}.safe{border-left:4px solid var(--good);background:var(--good-bg);padding:.5rem .8rem;border-radius:4px}
    .badge{display:inline-block;padding:0 .5em;border-radius:1em;font-size:.82em;white-space:nowrap;border:1px solid currentColor}
    .good{color:var(--good);background:var(--good-bg)}.bad{color:var(--bad);background:var(--bad-bg)}
    .warn{color:var(--warn);background:var(--warn-bg)}.info{color:var(--info);background:var(--info-bg)}
    .hold{color:var(--hold);background:var(--hold-bg)}.idle{color:var(--idle);background:var(--idle-bg)}.done{color:var(--good);background:var(--bg)}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem;margin:.8rem 0}
    .card{border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;background:var(--card);min-width:0}
    .card h3{margin:.1rem 0 .4rem}.text{white-space:pre-wrap;margin:.6rem 0;max-height:24rem;overflow:auto}
    .facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1rem .8rem;margin:.4rem 0}
    .facts dt{color:var(--soft)}.facts dd{margin:0}
    section.conflict{border-top:2px solid var(--line);margin-top:2.5rem;padding-top:.2rem}
    section.conflict:only-of-type{border:0;margin-top:0}
    .hunk{border:1px solid var(--line);border-radius:8px;margin:.8rem 0;overflow:hidden}
    .hunk>header{padding:.4rem .8rem;background:var(--card);border-bottom:1px solid var(--line)}
    .sides{display:grid;grid-template-columns:repeat(3,minmax(0,1fr))}
    .side{min-width:0;border-left:1px solid var(--line)}.side:first-child{border-left:0}
    .side h4{margin:0;padding:.3rem .8rem;font-size:.86rem;border-bottom:1px solid var(--line)}
    .ours h4{background:var(--ours)}.theirs h4{background:var(--theirs)}
    .lines{margin:0;padding:.3rem 0;overflow-x:auto}.lines table{border-collapse:collapse;min-width:100%}
    .lines td{padding:0 .8rem 0 .6rem;white-space:pre-wrap;vertical-align:top;tab-size:4}
    .lines td.n{color:var(--soft);text-align:right;user-select:none;padding:0 .2rem 0 .8rem;width:1px;
    white-space:nowrap;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em;line-height:1.75}
    .ours tr.new td{background:var(--ours)}.theirs tr.new td{background:var(--theirs)}
    .none{padding:.3rem .8rem;color:var(--soft);font-style:italic}
    pre.log{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem;overflow:auto;max-height:32rem;
    white-space:pre-wrap}
    pre.command{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.5rem .8rem;margin:.4rem 0;overflow-x:auto}
    pre.command code{user-select:all}summary{cursor:pointer}
    .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
    .scroll svg{display:block}
    svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;fill:var(--ink)}
    svg .soft{fill:var(--soft)}svg .small{font-size:10.5px}svg .strong{font-weight:600}
    svg .node,svg .bar{stroke-width:1}svg a:hover .node,svg a:focus .node{stroke-width:2.5}
    svg .t-good{fill:var(--good-bg);stroke:var(--good)}svg .t-bad{fill:var(--bad-bg);stroke:var(--bad)}
    svg .t-warn{fill:var(--warn-bg);stroke:var(--warn)}svg .t-info{fill:var(--info-bg);stroke:var(--info)}
    svg .t-hold{fill:var(--hold-bg);stroke:var(--hold)}svg .t-idle{fill:var(--idle-bg);stroke:var(--idle)}
    svg .t-done{fill:var(--bg);stroke:var(--good)}svg .on-path{stroke:var(--path);stroke-width:3}
    svg .mark{fill:none}svg .group{fill:none;stroke:var(--line)}svg .grid{stroke:var(--line);stroke-width:1}
    svg .lane{fill:var(--bg);stroke:var(--line)}
    svg .edge{fill:none;stroke:var(--edge);stroke-width:1.1;opacity:.75}svg .critical{stroke:var(--path);stroke-width:2.6;opacity:1}
    svg .tip{fill:var(--edge)}svg .critical-tip{fill:var(--path)}
    .legend{display:flex;flex-wrap:wrap;gap:.4rem .6rem;margin:.5rem 0}
    table.wide{border-collapse:collapse;width:100%;font-size:.92em}
    table.wide th{text-align:left;color:var(--soft);font-weight:600;border-bottom:2px solid var(--line);padding:.3rem .6rem;
    position:sticky;top:0;background:var(--bg)}
    table.wide td{border-bottom:1px solid var(--line);padding:.35rem .6rem;vertical-align:top}
    table.wide td.num,table.wide th.num{text-align:right;white-space:nowrap}table.wide tr:target td{background:var(--info-bg)}
    .title{display:block;color:var(--soft)}table.wide td strong,table.wide th{white-space:nowrap}
    table.wide td code{white-space:nowrap}
    @media (max-width:56rem){.sides{grid-template-columns:minmax(0,1fr)}.side{border-left:0;border-top:1px solid var(--line)}
    .side:first-child{border-top:0}}
    @media (max-width:44rem){.scroll{max-height:80vh;overflow:auto}table.wide thead{display:none}table.wide,table.wide tbody,table.wide tr{display:block}
    table.wide tr{border:1px solid var(--line);border-radius:8px;padding:.5rem .7rem;margin:.6rem 0}
    table.wide td strong{white-space:normal}table.wide td,table.wide td.num{display:block;border:0;padding:.05rem 0;text-align:left}table.wide td:empty{display:none}
    table.wide td[data-label]:not(:empty)::before{content:attr(data-label) ": ";color:var(--soft)}}
    @media print{.scroll,.log,.text{overflow:visible;max-height:none}}
    """
}
