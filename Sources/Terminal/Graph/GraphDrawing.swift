import Tickets

/// The dependency graph as a drawing (SVG): columns from left to right in the order of work, each epic a frame around its tickets, the
/// critical path in bold. Edges that follow from others are left out; `dot` and `mermaid` have all.
struct GraphDrawing {
  private typealias Size = LayeredLayout.Size
  private typealias Point = LayeredLayout.Point

  private struct Frame {
    let corner: Point
    let size: Size
    var right: Point { Point(x: corner.x + size.width, y: corner.y + size.height / 2) }
    var left: Point { Point(x: corner.x, y: corner.y + size.height / 2) }
  }

  private let graph: TicketGraph
  private let link: (TicketID) -> PageLink?
  private let nodeSize: Size
  private let frames: [Frame]
  private let top: LayeredLayout
  /// The box at the outermost level that each node is in, and the places of those boxes in the layout.
  private let box: [Int]
  private let placeOf: [Int: Int]
  private let edges: [TicketGraph.Edge]
  private static let margin = 16.0
  private static let heading = 26.0

  /// - Parameter link: where a ticket's box leads.
  init(_ graph: TicketGraph, link: @escaping (TicketID) -> PageLink? = { _ in nil }) {
    self.graph = graph
    self.link = link
    let longest = graph.nodes.map { Self.width(of: $0.id.shown, 7.4) }.max() ?? 0
    let hasTitles = graph.nodes.contains { !$0.title.isEmpty }
    let nodeSize = Size(width: min(200, max(hasTitles ? 168 : 84, longest + 20)), height: hasTitles ? 40 : 26)
    let box = Self.outermost(graph)
    let edges = Self.drawn(graph)

    // Inside the epics first: their frames are the boxes outside.
    var members = [[Int]](repeating: [], count: graph.nodes.count)
    for node in graph.nodes.indices where box[node] != node { members[box[node]].append(node) }
    var inside: [Int: LayeredLayout] = [:]
    for epic in graph.nodes.indices where !members[epic].isEmpty {
      let place = Dictionary(uniqueKeysWithValues: members[epic].enumerated().map { ($0.element, $0.offset) })
      var within: [(from: Int, to: Int)] = []
      for edge in edges { if let from = place[edge.from], let to = place[edge.to] { within.append((from, to)) } }
      let perRow = members[epic].count < 4 ? 1.0 : members[epic].count < 17 ? 2 : 3
      inside[epic] = LayeredLayout(
        members[epic].map { _ in nodeSize }, edges: within, columnGap: 36, rowGap: 8, width: perRow * (nodeSize.width + 8))
    }
    let outer = graph.nodes.indices.filter { box[$0] == $0 }
    let place = Dictionary(uniqueKeysWithValues: outer.enumerated().map { ($0.element, $0.offset) })
    let sizes = outer.map { node in
      inside[node].map { Size(width: max($0.size.width, nodeSize.width) + 20, height: $0.size.height + Self.heading + 12) } ?? nodeSize
    }
    var between: [(from: Int, to: Int)] = []
    for edge in edges { if let from = place[box[edge.from]], let to = place[box[edge.to]], from != to { between.append((from, to)) } }
    let top = LayeredLayout(sizes, edges: between, columnGap: 52, rowGap: 14, width: 1100)

    var frames = graph.nodes.map { _ in Frame(corner: Point(x: 0, y: 0), size: nodeSize) }
    for (offset, node) in outer.enumerated() {
      let corner = Point(x: top.origins[offset].x + Self.margin, y: top.origins[offset].y + Self.margin)
      frames[node] = Frame(corner: corner, size: sizes[offset])
      guard let layout = inside[node] else { continue }
      for (offset, member) in members[node].enumerated() {
        let origin = layout.origins[offset]
        frames[member] = Frame(corner: Point(x: corner.x + 10 + origin.x, y: corner.y + Self.heading + origin.y), size: nodeSize)
      }
    }
    self.nodeSize = nodeSize
    self.box = box
    self.edges = edges
    self.top = top
    self.frames = frames
    placeOf = place
  }

  /// Of each node the epic above all, itself where there is none.
  private static func outermost(_ graph: TicketGraph) -> [Int] {
    graph.nodes.indices.map { node in
      var top = node
      while let epic = graph.nodes[top].epic { top = epic }
      return top
    }
  }

  /// The edges without those that follow from others, in queues of a size that is drawn at all.
  private static func drawn(_ graph: TicketGraph) -> [TicketGraph.Edge] {
    if graph.nodes.count > 1500 { return graph.edges }
    var after = [[Int]](repeating: [], count: graph.nodes.count)
    for edge in graph.edges { after[edge.from].append(edge.to) }
    return graph.edges.filter { edge in
      if edge.isCritical { return true }
      var seen: Set<Int> = [edge.from]
      var waiting = after[edge.from].filter { $0 != edge.to }
      while let next = waiting.popLast() {
        if next == edge.to { return false }
        if seen.insert(next).inserted { waiting += after[next] }
      }
      return true
    }
  }

  // MARK: Drawing

  var size: (width: Double, height: Double) { (top.size.width + 2 * Self.margin, top.size.height + 2 * Self.margin) }

  /// The drawing as a part of a page.
  var html: HTML { svg([.init("role", "img"), .label("the dependency graph")], []) }

  /// The drawing as a file of its own.
  var file: String {
    let background = HTML.element(
      "rect", [.init("width", "100%"), .init("height", "100%"), .init("fill", "#ffffff"), .init("style", "fill:var(--bg)")])
    return svg([.init("xmlns", "http://www.w3.org/2000/svg")], [.style(PageStyle.sheet), background]).source + "\n"
  }

  private func svg(_ attributes: [HTML.Attribute], _ first: [HTML]) -> HTML {
    .element(
      "svg",
      attributes + [
        .init("width", size.width), .init("height", size.height),
        .init("viewBox", "0 0 \(HTML.Attribute.number(size.width)) \(HTML.Attribute.number(size.height))"),
      ],
      first + [Self.tips] + graph.nodes.indices.filter { isFrame($0) }.map(epicFrame) + edges.filter { !$0.isCritical }.map(line)
        + edges.filter(\.isCritical).map(line) + graph.nodes.indices.filter { !isFrame($0) }.map(ticketBox))
  }

  private static let tips = HTML.element("defs", [], [tip("tip", "tip", "#8c959f"), tip("critical-tip", "critical-tip", "#c2410c")])

  private static func tip(_ id: String, _ kind: String, _ colour: String) -> HTML {
    .element(
      "marker",
      [
        .init("id", id), .init("viewBox", "0 0 8 8"), .init("refX", "7"), .init("refY", "4"), .init("markerWidth", "7"),
        .init("markerHeight", "7"), .init("markerUnits", "userSpaceOnUse"), .init("orient", "auto"),
      ], [.element("path", [.init("d", "M0 0L8 4L0 8z"), .classes(kind), .init("fill", colour)])])
  }

  private func isFrame(_ node: Int) -> Bool { frames[node].size.height > nodeSize.height }

  private func epicFrame(_ node: Int) -> HTML {
    let frame = frames[node]
    let name = graph.nodes[node]
    let room = Int((frame.size.width - 20) / 7)
    let title = name.title.isEmpty ? "" : "  \(name.title)"
    return linked(
      node,
      [
        box(frame, tone: nil, radius: 10, isCritical: name.isCritical),
        text("\(name.id.shown)\(title)".clipped(to: room), x: frame.corner.x + 10, y: frame.corner.y + 17, "strong"),
      ])
  }

  private func ticketBox(_ node: Int) -> HTML {
    let frame = frames[node]
    let name = graph.nodes[node]
    let room = frame.size.width - 14
    let id = text(
      Self.clipped(name.id.shown, to: room, 7.4), x: frame.corner.x + 8, y: frame.corner.y + (nodeSize.height > 30 ? 16 : 17), "strong")
    let title =
      nodeSize.height > 30
      ? [text(Self.clipped(name.title, to: room, 6.3), x: frame.corner.x + 8, y: frame.corner.y + 32, "small")] : []
    return linked(node, [box(frame, tone: name.tone, radius: name.isEpic ? 13 : 4, isCritical: name.isCritical), id] + title)
  }

  private func box(_ frame: Frame, tone: PageTone?, radius: Double, isCritical: Bool) -> HTML {
    let path = isCritical ? " on-path" : ""
    let colours = tone?.drawing(path) ?? [.classes("group\(path)"), .init("fill", "none"), .init("stroke", "#d0d7de")]
    return .element(
      "rect",
      [
        .init("x", frame.corner.x), .init("y", frame.corner.y), .init("width", frame.size.width), .init("height", frame.size.height),
        .init("rx", radius),
      ] + colours + (isCritical ? [.init("stroke-width", "3")] : []))
  }

  private func text(_ text: String, x: Double, y: Double, _ kind: String) -> HTML {
    .element("text", [.init("x", x), .init("y", y), .classes(kind)], text)
  }

  private func linked(_ node: Int, _ parts: [HTML]) -> HTML {
    let name = graph.nodes[node]
    let words = "\(name.id.shown)\(name.title.isEmpty ? "" : ": \(name.title)") (\(name.state))"
    let label = HTML.element("title", [], words)
    if let link = link(name.id) { return .element("a", [.href(link)], [label] + parts) }
    return .element("g", [], [label] + parts)
  }

  private func line(_ edge: TicketGraph.Edge) -> HTML {
    let start = frames[edge.from].right
    let end = frames[edge.to].left
    let pair = placeOf[box[edge.from]].flatMap { from in placeOf[box[edge.to]].map { LayeredLayout.Pair(from: from, to: $0) } }
    var path = "M\(numbers(start))"
    var last = start
    func bow(to point: Point) {
      let reach = max(20, (point.x - last.x) / 2)
      path += "C\(numbers(Point(x: last.x + reach, y: last.y))) \(numbers(Point(x: point.x - reach, y: point.y))) \(numbers(point))"
      last = point
    }
    if end.x > start.x {
      for stretch in pair.flatMap({ top.stretches[$0] }) ?? [] {
        bow(to: Point(x: stretch.left + Self.margin, y: stretch.y + Self.margin))
        last = Point(x: stretch.right + Self.margin, y: last.y)
        path += "H\(HTML.Attribute.number(last.x))"
      }
      bow(to: Point(x: end.x - 2, y: end.y))
    } else {
      // Back to the left, where a cycle of frames was broken: over both of them.
      let above = min(frames[box[edge.from]].corner.y, frames[box[edge.to]].corner.y) - 7
      path +=
        "C\(numbers(Point(x: start.x + 28, y: start.y))) \(numbers(Point(x: start.x + 28, y: above))) \(numbers(Point(x: start.x, y: above)))"
      path += "H\(HTML.Attribute.number(end.x))"
      path +=
        "C\(numbers(Point(x: end.x - 28, y: above))) \(numbers(Point(x: end.x - 28, y: end.y))) \(numbers(Point(x: end.x - 2, y: end.y)))"
    }
    return .element(
      "path",
      [
        .init("d", path), .classes(edge.isCritical ? "edge critical" : "edge"), .init("fill", "none"),
        .init("stroke", edge.isCritical ? "#c2410c" : "#8c959f"), .init("marker-end", edge.isCritical ? "url(#critical-tip)" : "url(#tip)"),
      ])
  }

  private func numbers(_ point: Point) -> String { "\(HTML.Attribute.number(point.x)) \(HTML.Attribute.number(point.y))" }

  // MARK: Widths

  /// How wide a text is about, in the fonts that browsers take; East Asian characters and emoji count twice.
  private static func width(of text: String, _ character: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 1.7 : 1) * character }
  }

  private static func clipped(_ text: String, to width: Double, _ character: Double) -> String {
    if Self.width(of: text, character) <= width { return text }
    var room = width - character
    let kept = text.prefix {
      room -= Self.width(of: String($0), character)
      return room >= 0
    }
    return kept + "…"
  }
}

extension PageTone {
  /// The class for pages, and colours for programs that know no style sheets with variables.
  ///
  /// - Parameter more: further classes, each after a blank.
  func drawing(_ more: String = "") -> [HTML.Attribute] {
    let (fill, stroke) = colours
    return [.classes("node t-\(rawValue)\(more)"), .init("fill", fill), .init("stroke", stroke)]
  }
}
