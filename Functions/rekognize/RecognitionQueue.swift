import AWSClient
import LambdaEvents
import LambdaRuntime

/// The queue that brings uploads to be recognised.
struct RecognitionQueue: Sendable {
    let sqs: SQSClient
    /// Its URL; nil where the function only answers requests.
    let url: String?
    /// How often it hands out a message before it puts it aside, into the dead-letter queue.
    let attempts: Int

    /// Whether the queue will not hand the message out again.
    func isLastAttempt(_ message: SQSEvent.Message) -> Bool {
        (message.approximateReceiveCount ?? 1) >= attempts
    }

    /// How long to wait before the next attempt: 5 s, then three times as long each time, at most 15 minutes.
    static func delay(afterAttempt number: Int) -> Duration {
        var seconds = 5
        for _ in 1..<max(1, min(number, 8)) { seconds *= 3 }
        return .seconds(min(seconds, 900))
    }

    /// Has a message that failed come back after a while, rather than when its visibility timeout ends. That it cannot be
    /// said is no harm: it comes back then.
    func putOff(_ message: SQSEvent.Message, for delay: Duration, _ context: Context) async {
        guard let url else { return }
        do {
            try await sqs.changeMessageVisibility(
                queueURL: url, receiptHandle: message.receiptHandle, timeout: delay,
                options: context.calls(leaving: .milliseconds(200)))
        } catch {
            context.logger.warn("a message could not be put off: \(error)", ["message": .string(message.messageId)])
        }
    }
}
