import CloudCore
import JSONValue

/// Whom a rule tells, and what.
struct RuleTarget: Sendable {
    /// What the target is given.
    enum Input: Sendable {
        case event
        case constant(String)
        case path(EventPath)
        case template(InputTemplate)
    }

    /// The target as it was put, with everything that comes back when it is listed.
    let members: JSONObject
    let id: String
    let arn: String
    let input: Input
    let policy: DeliveryPolicy
    let deadLetterARN: String?
    let messageGroupID: String?

    var isBus: Bool { arn.hasPrefix("arn:") && arn.contains(":event-bus/") }
    private var isFIFO: Bool { arn.contains(":sqs:") && arn.hasSuffix(".fifo") }

    /// Takes over a target.
    ///
    /// - Throws: `ValidationException`.
    init(_ members: JSONObject) throws(ServiceError) { try self.init(InputMembers(members)) }

    init(_ input: InputMembers) throws(ServiceError) {
        members = input.members
        id = try input.requiredText("Id", length: 1...64, of: Rule.alphabet)
        arn = try input.requiredText("Arn", length: 1...1600)
        guard arn.hasPrefix("arn:"), arn.split(separator: ":", omittingEmptySubsequences: false).count >= 6 else {
            throw .invalid(parameter: arn, reason: "Provided Arn is not in correct format.")
        }
        self.input = try Self.readInput(input, id: id)
        let retry = try input.structure("RetryPolicy")
        policy = DeliveryPolicy(
            maximumRetryAttempts: try retry?.integer("MaximumRetryAttempts", in: 0...185) ?? 185,
            maximumEventAge: try retry?.integer("MaximumEventAgeInSeconds", in: 60...86_400) ?? 86_400)
        deadLetterARN = try input.structure("DeadLetterConfig")?.text("Arn", length: 1...1600)
        if let deadLetterARN, !deadLetterARN.contains(":sqs:") {
            throw .invalid(parameter: "DeadLetterConfig.Arn", reason: "Dead-letter target must be an SQS queue.")
        }
        messageGroupID = try input.structure("SqsParameters")?.text("MessageGroupId", length: 0...128)
        guard !isFIFO || messageGroupID != nil else {
            throw .invalid("Parameter(s) SqsParameters must be specified for target: \(id).")
        }
    }

    private static func readInput(_ input: InputMembers, id: String) throws(ServiceError) -> Input {
        let constant = try input.text("Input", length: 0...8192)
        let path = try input.text("InputPath", length: 0...256)
        let transformer = try input.structure("InputTransformer")
        let given = [constant != nil, path != nil, transformer != nil].count { $0 }
        guard given <= 1 else {
            throw .invalid("Only one of Input, InputPath, or InputTransformer must be provided for target \(id).")
        }
        if let constant {
            guard (try? JSONValue(parsing: constant)) != nil else {
                throw .invalid("JSON syntax error in input for target \(id).")
            }
            return .constant(constant)
        }
        if let path {
            guard let read = EventPath(path) else { throw invalidPath(path, "InputPath", id) }
            return .path(read)
        }
        guard let transformer else { return .event }
        let text = try transformer.requiredText("InputTemplate", length: 1...8192)
        var paths: [String: EventPath] = [:]
        for (name, value) in try transformer.structure("InputPathsMap")?.members ?? [:] {
            guard !name.hasPrefix("AWS."), !name.hasPrefix("aws.events") else {
                throw .invalid(parameter: "InputPathsMap", reason: "The name \(name) is reserved.")
            }
            guard let text = value.string, let path = EventPath(text) else {
                throw invalidPath(value.string ?? value.text(), "InputPathsMap", id)
            }
            paths[name] = path
        }
        guard paths.count <= 100 else {
            throw .invalid(parameter: "InputPathsMap", reason: "At most 100 variables are allowed.")
        }
        let template = InputTemplate(text, paths: paths)
        if let unknown = template.unknownVariable {
            throw .invalid("InputTemplate for target \(id) contains invalid placeholder \(unknown).")
        }
        return .template(template)
    }

    private static func invalidPath(_ path: String, _ member: String, _ id: String) -> ServiceError {
        .invalid(parameter: member, reason: "'\(path)' of target \(id) is not a valid JSONPath.")
    }

    /// What the target is given of an event, as JSON text; nil where its path leads nowhere.
    func payload(for event: JSONValue, _ setting: InputTemplate.Setting) -> String? {
        switch input {
        case .event: event.text()
        case .constant(let text): text
        case .path(let path): path.value(in: event)?.text()
        case .template(let template): template.filled(with: event, setting)
        }
    }
}
