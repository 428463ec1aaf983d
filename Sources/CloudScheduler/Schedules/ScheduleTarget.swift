import CloudCore
import JSONValue

/// What a schedule sends, and to whom.
struct ScheduleTarget: Sendable {
    var arn: String
    var input: String?
    var policy: DeliveryPolicy
    var deadLetterARN: String?
    var messageGroupID: String?
    /// `source` and `detail-type`, for an event bus.
    var event: (source: String, detailType: String)?

    private static let queueAlphabet = InputMembers.Alphabet(
        #"^arn:aws(-[a-z]+)?:sqs:[a-z0-9\-]+:\d{12}:[a-zA-Z0-9\-_]+$"#, others: ":-_")

    init(_ target: InputMembers) throws(ServiceError) {
        arn = try target.requiredText("Arn", length: 1...1600)
        let role = try target.requiredText("RoleArn", length: 1...1600)
        guard role.hasPrefix("arn:aws"), role.contains(":iam::"), role.contains(":role/") else {
            throw target.refused(
                "RoleArn", .string(role),
                "Member must satisfy regular expression pattern: "
                    + #"^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@\/-]+$"#)
        }
        guard arn.hasPrefix("arn:"), arn.split(separator: ":", omittingEmptySubsequences: false).count >= 6 else {
            throw .invalid("Provided Arn is not in correct format.")
        }
        input = try target.text("Input", length: 1...Int.max)
        let retry = try target.structure("RetryPolicy")
        policy = DeliveryPolicy(
            maximumRetryAttempts: try retry?.integer("MaximumRetryAttempts", in: 0...185) ?? 185,
            maximumEventAge: try retry?.integer("MaximumEventAgeInSeconds", in: 60...86_400) ?? 86_400)
        deadLetterARN = try target.structure("DeadLetterConfig")?.text(
            "Arn", length: 1...1600, of: Self.queueAlphabet)
        if let deadLetterARN, !deadLetterARN.contains(":sqs:") {
            throw .invalid("The dead-letter queue of a schedule must be a standard queue of Amazon SQS.")
        }
        messageGroupID = try target.structure("SqsParameters")?.text("MessageGroupId", length: 1...128)
        let isFIFO = arn.contains(":sqs:") && arn.hasSuffix(".fifo")
        guard !isFIFO || messageGroupID != nil else {
            throw .invalid("MessageGroupId is required for a FIFO queue as the target.")
        }
        if let parameters = try target.structure("EventBridgeParameters") {
            event = (
                try parameters.requiredText("Source", length: 1...256),
                try parameters.requiredText("DetailType", length: 1...128)
            )
        }
        let isBus = arn.contains(":event-bus/")
        guard isBus == (event != nil) else {
            throw .invalid(
                isBus
                    ? "EventBridgeParameters are required for an event bus as the target."
                    : "EventBridgeParameters are only for an event bus as the target.")
        }
        if isBus, let input {
            guard let detail = try? JSONValue(parsing: input), detail.object != nil else {
                throw .invalid("The Input for an event bus as the target must be a JSON object.")
            }
        }
        // A function takes JSON only.
        if arn.contains(":lambda:"), let input, (try? JSONValue(parsing: input)) == nil {
            throw .invalid("Invalid JSON in Input for a Lambda function as the target.")
        }
    }
}
