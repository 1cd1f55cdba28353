import Planning
import SageStream
import Terminal
import Testing
import Tickets

@Suite("The dependency graph as a file")
struct GraphTests {
  private let tickets = #"""
    {"id":"E","title":"The epic","children":["A-1","A-2"],"dependencies":["D-1"]},
    {"id":"A-1","title":"Say \"hello\" <b>\\"},
    {"id":"A-2","dependencies":["A-1"]},
    {"id":"B-1","title":"After the epic","dependencies":["E"]},
    {"id":"C-1","state":"DEFERRED"},
    {"id":"C-2","dependencies":["C-1"]},
    {"id":"D-1","state":"COMPLETED"}
    """#

  private func graph(_ tickets: String? = nil, selection: Selection = .everything) throws -> TicketGraph {
    let queue = try queue(tickets ?? self.tickets)
    return TicketGraph(Plan(queue.graph, workers: 1, selection: selection), of: queue.graph, selection: selection)
  }

  @Test("for Graphviz: epics as clusters, states as colours, the critical path in bold, everything in quotes")
  func dot() throws {
    expectScreen(
      try graph().text(.dot).split(separator: "\n").map(String.init),
      #"""
      digraph tickets {
        rankdir=LR
        compound=true
        node [shape=box, style=filled, fontname="sans-serif"]
        subgraph cluster_0 {
          label="E\nThe epic"
          n0 [label="E\nThe epic", tooltip="epic", fillcolor="#eaeef2", color="#57606a", shape=folder]
          n1 [label="A-1\nSay \"hello\" <b>\\", tooltip="ready", fillcolor="#ddf0ff", color="#0550ae", penwidth=3]
          n2 [label="A-2", tooltip="waits", fillcolor="#efe6ff", color="#6639ba", penwidth=3]
        }
        n3 [label="B-1\nAfter the epic", tooltip="waits", fillcolor="#efe6ff", color="#6639ba", penwidth=3]
        n4 [label="C-1", tooltip="set aside", fillcolor="#ffe5e2", color="#b3261e"]
        n5 [label="C-2", tooltip="out of reach", fillcolor="#fff3cd", color="#8a5a00"]
        n6 [label="D-1", tooltip="completed", fillcolor="#ffffff", color="#1a7f37"]
        n6 -> n0
        n1 -> n2 [penwidth=3, color="#c2410c"]
        n0 -> n3 [penwidth=3, color="#c2410c"]
        n4 -> n5
      }
      """#)
  }

  @Test("for Mermaid: the same, and nothing in a title means anything")
  func mermaid() throws {
    expectScreen(
      try graph().text(.mermaid).split(separator: "\n").map(String.init),
      #"""
      flowchart LR
        subgraph n0 ["E<br/>The epic"]
          n1["A-1<br/>Say #34;hello#34; #60;b#62;#92;"]:::info
          n2["A-2"]:::hold
        end
        n3["B-1<br/>After the epic"]:::hold
        n4["C-1"]:::bad
        n5["C-2"]:::warn
        n6["D-1"]:::done
        n6 --> n0
        n1 ==> n2
        n0 ==> n3
        n4 --> n5
        classDef bad fill:#ffe5e2,stroke:#b3261e,color:#1c2128
        classDef warn fill:#fff3cd,stroke:#8a5a00,color:#1c2128
        classDef info fill:#ddf0ff,stroke:#0550ae,color:#1c2128
        classDef hold fill:#efe6ff,stroke:#6639ba,color:#1c2128
        classDef idle fill:#eaeef2,stroke:#57606a,color:#1c2128
        classDef done fill:#ffffff,stroke:#1a7f37,color:#1c2128
      """#)
  }

  @Test("a drawing is a file of its own, with every ticket once and no address but that of SVG")
  func svg() throws {
    let text = try graph().text(.svg)
    #expect(text.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
    #expect(text.firstRange(of: "http")?.lowerBound == text.lastRange(of: "http")?.lowerBound)
    for id in ["E", "A-1", "A-2", "B-1", "C-1", "C-2", "D-1"] {
      #expect(text.ranges(of: ">\(id)</text>").count + text.ranges(of: ">\(id)  The epic</text>").count == 1, "\(id)")
    }
    #expect(text.contains("Say &quot;hello&quot; &lt;b&gt;\\"))
    #expect(text.ranges(of: "class=\"edge critical\"").count == 2)
    #expect(text.ranges(of: "class=\"edge\"").count == 2)
  }

  @Test("an edge that follows from others is left out of the drawing, and stays in the files for programs")
  func reduced() throws {
    let graph = try graph(#"{"id":"A","state":"COMPLETED"},{"id":"B","dependencies":["A"]},{"id":"C","dependencies":["A","B"]}"#)
    #expect(graph.text(.dot).ranges(of: " -> ").count == 3)
    #expect(graph.text(.svg).ranges(of: "marker-end").count == 2)
  }

  @Test("a selection is drawn with the epics above it")
  func selection() throws {
    let text = try graph(selection: Selection(tickets: ["A-2", "C-1"])).text(.dot)
    #expect(text.ranges(of: "[label=").count == 3)
    #expect(text.contains("subgraph cluster_0"))
  }

  @Test("one ticket, and thousands, are drawn", arguments: [0, 1, 2000])
  func sizes(count: Int) throws {
    let text = (0..<count).map { #"{"id":"T-\#($0)","dependencies":["T-\#($0 / 2)"]}"# }.dropFirst().joined(separator: ",")
    let graph = try graph(count == 0 ? #"{"id":"T"}"# : #"{"id":"T-0"}"# + (text.isEmpty ? "" : "," + text))
    for format in GraphFormat.allCases { #expect(graph.text(format).hasSuffix("\n")) }
  }
}

extension String {
  fileprivate func lastRange(of text: String) -> Range<String.Index>? { ranges(of: text).last }
}
