import Tickets

extension GraphBuilder {
  // Places, not tickets, are gone through: a ticket is a large value to copy.
  private var tickets: [Ticket] { index.tickets }

  /// All findings, errors first.
  func findings(cycles: [[Int]], evaluation: Evaluation) -> [Finding] {
    var findings = idFindings() + unknown
    findings += cycles.sorted { ($0.first ?? 0) < ($1.first ?? 0) }.map { .cycle($0.map { index.tickets[$0].id }) }
    findings += hierarchy.loops.map { .parentLoop($0.map { index.tickets[Int($0)].id }) }
    findings += relationFindings() + stateFindings(evaluation)
    return findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
  }

  private func idFindings() -> [Finding] {
    var findings: [Finding] = []
    var times: [Int: Int] = [:]
    for place in tickets.indices {
      let id = tickets[place].id
      for problem in Finding.IDProblem.all(in: id) { findings.append(.unusableID(id, place: place + 1, problem)) }
      if !isCounted[place], let first = index.position(of: id) { times[first, default: 1] += 1 }
    }
    // Entries without an id are named one by one already.
    for (first, count) in times.sorted(by: { $0.key < $1.key }) where !tickets[first].id.rawValue.isEmpty {
      findings.append(.duplicateID(tickets[first].id, times: count))
    }
    return findings
  }

  private func relationFindings() -> [Finding] {
    var findings: [Finding] = []
    for place in tickets.indices {
      let id = tickets[place].id
      if let parent = tickets[place].parent, index.position(of: parent) == nil { findings.append(.unknownParent(id, parent: parent)) }
      for child in tickets[place].children where index.position(of: child) == nil { findings.append(.unknownChild(id, child: child)) }
      for field in tickets[place].unreadableFields { findings.append(.unreadableField(id, field: field)) }
    }
    return findings
  }

  private func stateFindings(_ evaluation: Evaluation) -> [Finding] {
    var findings: [Finding] = []
    for place in tickets.indices where isCounted[place] {
      switch tickets[place].state {
      case .other(let text): findings.append(.unknownState(tickets[place].id, text))
      case .completed:
        let open = declared.targets(of: place).filter { !evaluation.isSatisfied($0) }
        if !open.isEmpty { findings.append(.completedBeforeDependencies(tickets[place].id, open.map { tickets[Int($0)].id })) }
      case .unprocessed where !tickets[place].namesState: findings.append(.missingState(tickets[place].id))
      default: break
      }
    }
    return findings
  }
}

extension Finding.IDProblem {
  /// Everything wrong with an id.
  static func all(in id: TicketID) -> [Finding.IDProblem] {
    let scalars = id.rawValue.unicodeScalars
    // Nearly every id is plain, and there are many.
    if 1...200 ~= id.rawValue.utf8.count && id.rawValue.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) { return [] }
    guard let first = scalars.first, let last = scalars.last else { return [.empty] }
    var problems: [Finding.IDProblem] = []
    let bytes = id.rawValue.utf8.count
    if bytes > 200 { problems.append(.tooLong(bytes: bytes)) }
    if scalars.contains(where: TicketID.isControl) { problems.append(.controlCharacter) }
    if first.properties.isWhitespace || last.properties.isWhitespace { problems.append(.surroundingWhiteSpace) }
    return problems
  }
}
