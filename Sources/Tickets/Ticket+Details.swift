// These are for showing and for handing to a worker. Each reads the ticket's bytes anew: take `json` once where several are needed.
extension Ticket {
  /// The whole ticket as a value. Linear in the ticket's bytes.
  public var json: JSON { (try? JSON(parsing: rawJSON)) ?? .null }

  /// The `description`, nil where it is missing or empty.
  public var description: String? { Self.nonEmpty(json["description"]) }

  /// How the work is to be done: the `details` of a Task Master task.
  public var details: String? { Self.nonEmpty(json["details"]) }

  /// How the work is to be proved: the `testStrategy` of a Task Master task.
  public var testStrategy: String? { Self.nonEmpty(json["testStrategy"]) }

  /// What `acceptanceCriteria` lists, or its text as one criterion.
  public var acceptanceCriteria: [String] { Self.texts(json["acceptanceCriteria"]) }

  /// The documents that `docs` names, then those of `context`.
  public var docs: [DocumentReference] {
    let json = json
    return ["docs", "context"].flatMap { field in
      (json[field]?.object?.members ?? []).flatMap { member in
        Self.texts(member.value).map { DocumentReference(name: member.key, path: $0) }
      }
    }
  }

  /// Why the ticket is DEFERRED, where `deferReason` says so as an object or a text.
  public var deferReason: DeferReason? { DeferReason(json["deferReason"]) }

  /// The commands that prove the work: each task's `validation_script`, those of the tasks of `components`, then those of
  /// `validation_config.verification_scripts`. All types of validation name them in these places.
  public var validationScripts: [ValidationScript] {
    let json = json
    let configuration = json["validation_config"]
    let tasks = [json["tasks"]] + (json["components"]?.array ?? []).map { $0["tasks"] }
    let ofTasks = tasks.flatMap { $0?.array ?? [] }.compactMap { task in
      Self.nonEmpty(task["validation_script"]).map {
        ValidationScript(
          task: task["id"]?.string, command: $0, maxRetries: task["max_retries"]?.int,
          category: Self.nonEmpty(configuration?["defer_reason_category"]))
      }
    }
    let ofTicket = (configuration?["verification_scripts"]?.array ?? []).compactMap { script in
      (Self.nonEmpty(script["command"]) ?? Self.nonEmpty(script)).map {
        ValidationScript(
          task: nil, command: $0, maxRetries: configuration?["max_retries"]?.int, successPattern: script["success_pattern"]?.string,
          isMended: script["failure_action"]?.string != "defer",
          category: Self.nonEmpty(configuration?["defer_reason_category"]))
      }
    }
    return ofTasks + ofTicket
  }

  private static func nonEmpty(_ value: JSON?) -> String? {
    value?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func texts(_ value: JSON?) -> [String] {
    if let one = nonEmpty(value) { return [one] }
    return (value?.array ?? []).compactMap { nonEmpty($0) }
  }
}

extension DeferReason {
  /// Reads a `deferReason`; parts that are missing read as empty texts.
  init?(_ json: JSON?) {
    if let message = json?.string {
      self.init(category: "", message: message, deferredAt: "")
    } else if json?.object != nil {
      self.init(
        category: json?["category"]?.string ?? "", message: json?["message"]?.string ?? "",
        deferredAt: json?["deferred_at"]?.string ?? "")
    } else {
      return nil
    }
  }
}
