import LambdaEvents
import Pictures

extension HTTPError {
    /// 400: a value that a person gave is not taken.
    init(_ error: InvalidValue) { self.init(400, error.code, error.reason) }

    /// Why a picture is not taken: 400 without bytes, 413 over a limit, 415 where it is none, 422 where it is broken.
    init(_ error: ImageError) {
        let status =
            switch error {
            case .empty: 400
            case .overLimit: 413
            case .notAPicture: 415
            case .truncated, .malformed: 422
            }
        self.init(status, error.code, error.description)
    }

    /// 401: who asks is not known.
    static func sessionRequired(_ code: String, _ message: String) -> HTTPError {
        HTTPError(401, code, message, headers: ["WWW-Authenticate": "Bearer"])
    }

    /// 401: the session is not taken.
    init(_ fault: TokenFault) {
        switch fault {
        case .malformed, .forged: self = .sessionRequired("InvalidSession", "The session is not valid. Log in again.")
        case .expired: self = .sessionRequired("ExpiredSession", "The session has expired. Log in again.")
        }
    }

    /// 404: the person has no picture of this key. The same whether somebody else has one or nobody.
    static var unknownKey: HTTPError { HTTPError(404, "UnknownKey", "Unknown key") }

    /// 412: what is there is not what the request's condition says.
    static func preconditionFailed(_ message: String) -> HTTPError { HTTPError(412, "PreconditionFailed", message) }
}
