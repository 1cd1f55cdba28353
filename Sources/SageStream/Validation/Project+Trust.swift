extension Project {
  /// The validation commands of the queue as it stands, refused or not.
  ///
  /// - Throws: `Failure.queueMissing`, `.queueUnreadable`, `.queueInvalid`.
  public func trustList() throws(Failure) -> TrustList { TrustList(try loadQueue().index.tickets, consent: consent) }

  /// Records the user's consent to all commands of a list that was shown.
  public func trust(_ list: TrustList) throws(Failure) {
    if list.new.isEmpty { return }
    var consent = consent
    for entry in list.new { consent.give(entry.command) }
    try consent.write(stateFolder: stateFolder)
  }
}
