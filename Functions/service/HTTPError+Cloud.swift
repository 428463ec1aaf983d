import AWSClient
import LambdaEvents
import LambdaRuntime
import Pictures

extension HTTPError {
    /// What a caller is told of an error, whatever it is.
    ///
    /// What the store did wrong is logged with all that is known of it; the caller learns whether to try again.
    init(answering error: any Error, logger: Logger) {
        switch error {
        case let error as HTTPError: self = error
        case let error as InvalidValue: self.init(error)
        case let error as ImageError: self.init(error)
        case let error as TokenFault: self.init(error)
        case let error as AWSError:
            logger.error("the store refused: \(error)")
            self.init(error)
        case let error as TransportError:
            logger.error("the store did not answer: \(error)")
            self.init(error)
        case let error as UnreadableRow:
            logger.error("\(error)")
            self.init(500, "UnreadableRow", "What is stored cannot be read; it has been reported.")
        default:
            logger.error("\(String(reflecting: type(of: error))): \(error)")
            self.init(500, "InternalError", "The request could not be completed because of an internal error.")
        }
    }

    /// 503 where the store asks for patience, else 502.
    private init(_ error: AWSError) {
        let isBusy = error.status == 503 || error.status == 429 || Self.busyCodes.contains(error.code)
        if isBusy {
            self.init(
                503, "StoreBusy", "The store has too much to do just now. Try again in a moment.",
                headers: ["Retry-After": "1"])
        } else {
            self.init(502, "StoreFailed", "The store could not do what was asked. Nothing was lost; try again.")
        }
    }

    /// 504 where the store took too long, else 503.
    private init(_ error: TransportError) {
        switch error.kind {
        case .timeout, .connectTimeout, .cancelled:
            self.init(504, "StoreTimeout", "The store took too long to answer. Try again.")
        default:
            self.init(
                503, "StoreUnavailable", "The store cannot be reached. Try again in a moment.",
                headers: ["Retry-After": "1"])
        }
    }

    private static let busyCodes: Set<AWSError.Code> = [
        .throttling, .provisionedThroughputExceeded, "SlowDown", "RequestLimitExceeded", "TransactionConflictException",
    ]
}

/// A row that does not say what rows of its table say.
struct UnreadableRow: Error, CustomStringConvertible {
    var table: String
    var attribute: String
    var key: String

    var description: String { "the row \(key) of \(table) has no readable '\(attribute)'" }
}
