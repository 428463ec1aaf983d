import CloudCore
import JSONValue
import NIOCore

/// What the Extensions API answers to an extension that does something wrong.
enum ExtensionRefusal: Error, Sendable, Equatable {
    case nameIsEmpty
    case invalidFormat(String)
    case unknownEvent(String)
    /// Extensions within the runtime's process end with it, and are not told.
    case shutdownIsForExternalOnes
    case registrationClosed
    case nameIsTaken
    case tooMany
    case missingIdentifier
    case invalidIdentifier
    case unknownIdentifier(String)
    case missingErrorType
    case stateTransition(from: ExtensionState, to: ExtensionState, of: String)
    case bodyTooLarge
    /// The environment is being ended.
    case ending

    private var parts: (status: Int, type: String, message: String) {
        switch self {
        case .nameIsEmpty: (403, "Extension.InvalidExtensionName", "Empty extension name")
        case .invalidFormat(let reason): (403, "InvalidRequestFormat", reason)
        case .unknownEvent(let event): (403, "Extension.InvalidEventType", "\(event): ErrorInvalidEventType")
        case .shutdownIsForExternalOnes:
            (403, "Extension.InvalidEventType", "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension")
        case .registrationClosed: (403, "Extension.RegistrationClosed", "Extension registration closed already")
        case .nameIsTaken: (403, "Extension.InvalidExtensionState", "Extension with this name already registered")
        case .tooMany:
            (403, "Extension.TooManyExtensions", "Extension limit (\(ExtensionRegistry.limit)) reached")
        case .missingIdentifier:
            (403, "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header")
        case .invalidIdentifier: (403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")
        case .unknownIdentifier(let identifier):
            (403, "Extension.UnknownExtensionIdentifier", "Unknown extension \(identifier)")
        case .missingErrorType:
            (403, "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found")
        case .stateTransition(let from, let to, let name):
            (
                403, "Extension.InvalidExtensionState",
                "State transition from \(from.rawValue) to \(to == .exitError ? "Exited" : to.rawValue) failed for "
                    + "extension \(name). Error: State transition is not allowed"
            )
        case .bodyTooLarge:
            (
                413, "RequestEntityTooLarge",
                "Exceeded maximum allowed payload size (\(LambdaLimits.extensionRequestBytes) bytes)."
            )
        case .ending: (500, "InternalServerError", "Internal Server Error")
        }
    }

    var response: CloudResponse {
        let body: JSONValue = ["errorMessage": .string(parts.message), "errorType": .string(parts.type)]
        return CloudResponse(
            status: parts.status, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(bytes: body.encoded())))
    }
}
