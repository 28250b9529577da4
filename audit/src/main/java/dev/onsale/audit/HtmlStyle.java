package dev.onsale.audit;

/** How the report looks on a screen and on paper. Colours are those that people of any colour vision tell apart (Okabe and Ito). */
final class HtmlStyle {

    static final String TEXT = """
            :root { --ink: #1a1a1a; --line: #d0d0d0; --yes: #0a6b2d; --no: #b00020; --quiet: #555 }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; margin: 0 }
            main { margin: 2rem auto; max-width: 62rem; padding: 0 1rem }
            .kind { color: var(--quiet); margin: 0; text-transform: uppercase; letter-spacing: .08em; font-size: .8rem }
            h1 { font-size: 1.6rem; line-height: 1.25; margin: .2rem 0 1rem } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem }
            .yes { color: var(--yes); font-weight: 600 } .no { color: var(--no); font-weight: 600 }
            .said { margin: .15rem 0; overflow-wrap: anywhere }
            table { border-collapse: collapse; width: 100%; margin: .6rem 0 }
            th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line) }
            tbody th { font-weight: 500 } table.counts th { width: 45% }
            .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
            table.counts td.number { text-align: left; white-space: normal; overflow-wrap: anywhere }
            code { font-size: .85em; overflow-wrap: anywhere } table.inputs code { font-size: .7em }
            table.violations td:last-child code, table.inputs th { white-space: nowrap }
            .how { color: var(--quiet); font-size: .85rem }
            figure { margin: 1rem 0 1.6rem } figcaption { font-weight: 500 }
            svg { width: 100%; height: auto; display: block } svg text { font-size: 11px; fill: var(--quiet) }
            svg .amount, svg .last { text-anchor: end } svg .time { text-anchor: middle } svg .mark { stroke: var(--line) }
            table.sums { width: auto; font-size: .9rem }
            .swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px }
            .s0 { fill: #0072b2; background: #0072b2 } .s1 { fill: #e69f00; background: #e69f00 }
            .s2 { fill: #009e73; background: #009e73 } .s3 { fill: #cc79a7; background: #cc79a7 }
            .s4 { fill: #56b4e9; background: #56b4e9 } .s5 { fill: #d55e00; background: #d55e00 }
            .s6 { fill: #888; background: #888 }
            @media screen and (prefers-color-scheme: dark) {
              :root { --ink: #ddd; --line: #3a3a3a; --yes: #5fd38a; --no: #ff8a8a; --quiet: #aaa } body { background: #111 } }
            @media print {
              @page { margin: 15mm } body { font-size: 10pt } main { max-width: none; margin: 0; padding: 0 }
              thead { display: table-header-group } tr, figure { break-inside: avoid } h2 { break-after: avoid }
              svg, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
            """;

    private HtmlStyle() {}
}
