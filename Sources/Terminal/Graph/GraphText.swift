import Tickets

/// What `plan --graph` writes.
public enum GraphFormat: String, Sendable, CaseIterable {
  /// For Graphviz.
  case dot
  /// For Markdown on most hosts.
  case mermaid
  /// A drawing by itself.
  case svg
}

extension TicketGraph {
  /// The graph as the text of a file.
  public func text(_ format: GraphFormat) -> String {
    switch format {
    case .dot: dot
    case .mermaid: mermaid
    case .svg: GraphDrawing(self).file
    }
  }

  private func children(of epic: Int?) -> [Int] { nodes.indices.filter { nodes[$0].epic == epic } }

  // MARK: Graphviz

  private var dot: String {
    var lines = ["digraph tickets {", "  rankdir=LR", "  compound=true", "  node [shape=box, style=filled, fontname=\"sans-serif\"]"]
    func add(_ epic: Int?, _ indent: String) {
      for node in children(of: epic) {
        let members = nodes[node].isEpic ? children(of: node) : []
        if members.isEmpty {
          lines.append(indent + dotNode(node))
        } else {
          lines.append("\(indent)subgraph cluster_\(node) {")
          lines.append("\(indent)  label=\(dotLabel(node))")
          // Edges of a cluster need a node to hold on to.
          lines.append(indent + "  " + dotNode(node))
          add(node, indent + "  ")
          lines.append("\(indent)}")
        }
      }
    }
    add(nil, "  ")
    lines += edges.map { "  n\($0.from) -> n\($0.to)" + ($0.isCritical ? " [penwidth=3, color=\"#c2410c\"]" : "") }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private func dotNode(_ node: Int) -> String {
    let (fill, stroke) = nodes[node].tone.colours
    let shape = nodes[node].isEpic ? ", shape=folder" : ""
    let width = nodes[node].isCritical ? ", penwidth=3" : ""
    return
      "n\(node) [label=\(dotLabel(node)), tooltip=\(Self.dotQuoted(nodes[node].state)), fillcolor=\"\(fill)\", color=\"\(stroke)\"\(shape)\(width)]"
  }

  private func dotLabel(_ node: Int) -> String {
    let title = nodes[node].title.isEmpty ? "" : "\\n" + Self.dotEscaped(nodes[node].title.clipped(to: 40))
    return "\"\(Self.dotEscaped(nodes[node].id.shown))\(title)\""
  }

  private static func dotQuoted(_ text: String) -> String { "\"\(dotEscaped(text))\"" }

  /// What stands between quotes, as Graphviz reads it back.
  private static func dotEscaped(_ text: String) -> String {
    var escaped = ""
    for character in Redaction.redacted(text).harmless() {
      if character == "\"" || character == "\\" { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  // MARK: Mermaid

  private var mermaid: String {
    var lines = ["flowchart LR"]
    func add(_ epic: Int?, _ indent: String) {
      for node in children(of: epic) {
        let members = nodes[node].isEpic ? children(of: node) : []
        if members.isEmpty {
          let label = mermaidLabel(node)
          lines.append("\(indent)n\(node)" + (nodes[node].isEpic ? "([\(label)])" : "[\(label)]") + ":::\(nodes[node].tone.rawValue)")
        } else {
          lines.append("\(indent)subgraph n\(node) [\(mermaidLabel(node))]")
          add(node, indent + "  ")
          lines.append("\(indent)end")
        }
      }
    }
    add(nil, "  ")
    lines += edges.map { "  n\($0.from) \($0.isCritical ? "==>" : "-->") n\($0.to)" }
    for tone in PageTone.allCases where nodes.contains(where: { $0.tone == tone }) {
      let (fill, stroke) = tone.colours
      lines.append("  classDef \(tone.rawValue) fill:\(fill),stroke:\(stroke),color:#1c2128")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func mermaidLabel(_ node: Int) -> String {
    let title = nodes[node].title
    return "\"" + Self.mermaidEscaped(nodes[node].id.shown) + (title.isEmpty ? "" : "<br/>" + Self.mermaidEscaped(title.clipped(to: 40)))
      + "\""
  }

  /// Mermaid takes what stands in quotes for Markdown and HTML: all but letters, digits and blanks becomes an entity.
  private static func mermaidEscaped(_ text: String) -> String {
    var escaped = ""
    for scalar in Redaction.redacted(text).harmless().unicodeScalars {
      let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil || " -.,:".unicodeScalars.contains(scalar)
      if isPlain { escaped.unicodeScalars.append(scalar) } else { escaped += "#\(scalar.value);" }
    }
    return escaped
  }
}

extension PageTone {
  /// Ground and line, as programs without our style sheet take them.
  var colours: (fill: String, stroke: String) {
    switch self {
    case .good: ("#dafbe1", "#1a7f37")
    case .bad: ("#ffe5e2", "#b3261e")
    case .warn: ("#fff3cd", "#8a5a00")
    case .info: ("#ddf0ff", "#0550ae")
    case .hold: ("#efe6ff", "#6639ba")
    case .idle: ("#eaeef2", "#57606a")
    case .done: ("#ffffff", "#1a7f37")
    }
  }
}
