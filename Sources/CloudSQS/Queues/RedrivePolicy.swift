import CloudCore
import JSONValue

/// Where messages go that were received too often.
struct RedrivePolicy: Sendable, Equatable {
    /// The ARN of the dead-letter queue.
    var target: String
    /// After how many receives.
    var maxReceiveCount: Int64

    /// Reads the attribute's text. Whether the target is there is not looked at.
    ///
    /// - Throws: `InvalidParameterValue`.
    init(parsing text: String) throws(ServiceError) {
        func fault(_ reason: String) -> ServiceError {
            .invalidParameter("RedrivePolicy", text, reason: reason)
        }
        guard case .object(let members)? = try? JSONValue(parsing: text) else {
            throw fault("Redrive policy is not a valid JSON map.")
        }
        guard let target = members["deadLetterTargetArn"] else {
            throw fault("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
        }
        guard let count = members["maxReceiveCount"] else {
            throw fault("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
        }
        guard members.keys.allSatisfy({ $0 == "deadLetterTargetArn" || $0 == "maxReceiveCount" }) else {
            throw fault("Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].")
        }
        guard let arn = target.string, QueueAddress.isARN(arn) else {
            throw fault("Invalid value for deadLetterTargetArn.")
        }
        guard let number = count.int ?? count.string.flatMap({ Int($0) }), (1...1000).contains(number) else {
            throw fault(
                "Invalid value for maxReceiveCount: \(count.string ?? count.text()), valid values are from 1 to 1000 both "
                    + "inclusive.")
        }
        self.target = arn
        maxReceiveCount = Int64(number)
    }
}

/// Which queues may send their dead letters here.
enum RedriveAllowPolicy: Sendable, Equatable {
    case allowAll
    case denyAll
    case byQueue([String])

    /// Reads the attribute's text.
    ///
    /// - Throws: `InvalidParameterValue`.
    init(parsing text: String) throws(ServiceError) {
        func fault(_ reason: String) -> ServiceError {
            .invalidParameter("RedriveAllowPolicy", text, reason: reason)
        }
        guard case .object(let members)? = try? JSONValue(parsing: text) else {
            throw fault("Amazon SQS can't create the redrive allow policy, as it's not a valid JSON map.")
        }
        guard members.keys.allSatisfy({ $0 == "redrivePermission" || $0 == "sourceQueueArns" }) else {
            throw fault("Only following attributes are supported: [redrivePermission, sourceQueueArns].")
        }
        let sources = members["sourceQueueArns"]
        switch members["redrivePermission"]?.string {
        case "allowAll"? where sources == nil: self = .allowAll
        case "denyAll"? where sources == nil: self = .denyAll
        case "allowAll"?, "denyAll"?:
            throw fault(
                "Amazon SQS can't create the redrive allow policy. When you specify a permission type of allowAll or "
                    + "denyAll, you can't also specify sourceQueueArns.")
        case "byQueue"?:
            let arns = sources?.array?.compactMap(\.string) ?? []
            guard (1...10).contains(arns.count), arns.count == sources?.array?.count else {
                throw fault(
                    "Amazon SQS can't create the redrive allow policy. When you specify a permission type of byQueue, you "
                        + "must also specify 1 to 10 sourceQueueArns values.")
            }
            guard arns.allSatisfy({ QueueAddress.isARN($0) }) else { throw fault("Invalid value for sourceQueueArns.") }
            self = .byQueue(arns)
        default:
            throw fault("Invalid value for redrivePermission, valid values are allowAll, denyAll and byQueue.")
        }
    }

    func allows(_ source: String) -> Bool {
        switch self {
        case .allowAll: true
        case .denyAll: false
        case .byQueue(let arns): arns.contains(source)
        }
    }
}
