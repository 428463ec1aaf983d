import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// Recognises what is on pictures and what is written on them: when somebody asks, and by itself after each upload.
///
/// Uploads come as messages of a queue that the bucket tells of new objects. The queue keeps a message until it is
/// handled: a picture is recognised though the function, the recogniser or the machine failed in between.
enum RekognizeFunction {
    static let routes: [Route] = [.signedIn(recognizePicture, .before, recognize)]

    /// What the OpenAPI document says of asking for recognition.
    static let recognizePicture = Operation(
        method: "POST", path: "/recognize/{key+}", name: "recognizePicture",
        summary: "Recognises a picture now, and keeps what comes of it.", access: .session,
        parameters: RecognitionFindings.Kind.allCases.map { kind in
            .init(
                place: .query, name: kind.rawValue, schema: ["type": "boolean"],
                summary: "Whether to look for \(kind.rawValue); for everything unless either is asked for.")
        },
        answers: [.json(200, "The picture's details, with what was found.", Operation.schema("Picture"))],
        errors: [400, 404, 409, 422])

    /// A router for requests and for the queue's messages.
    static func router(_ service: PictureService) -> Router {
        var router = Router(routes, service: service)
        router.on(SQSEvent.self) { event, context in
            await UploadRecognition(service: service, context: context).handle(event)
        }
        return router
    }

    /// `POST /recognize/{key+}`
    @Sendable private static func recognize(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let kinds = try kinds(request)
        let key = try request.pictureKey()
        guard let record = try await service.pictures.record(session.userID, key, context.calls()) else {
            throw HTTPError.unknownKey
        }
        let mark = service.random.identifier()
        let findings: RecognitionFindings
        do {
            findings = try await service.recognition.look(
                at: record.object, for: kinds, context.calls(leaving: .seconds(3)))
        } catch {
            guard let failure = RecognitionFailure(error, record) else { throw error }
            context.logger.warn("a picture was not recognised: \(error)", ["object": .string(record.object.text)])
            if failure.isOfThePicture, kinds.count == RecognitionFindings.Kind.allCases.count {
                try await service.pictures.fail(
                    record.object, at: key, mark: mark, reason: failure.reason, context.calls())
            }
            throw HTTPError(failure)
        }
        guard
            let stored = try await service.pictures.store(
                findings, of: record.object, at: key, mark: mark, now: service.now(), context.calls())
        else {
            throw HTTPError(409, "PictureReplaced", "The picture was replaced or deleted meanwhile. Try again.")
        }
        return .document(.object(stored.document))
    }

    /// What a request asks to look for: all that it names, everything where it names nothing.
    private static func kinds(_ request: Request) throws -> Set<RecognitionFindings.Kind> {
        let known = recognizePicture.parameters.map(\.name)
        for item in request.queryItems.items where !known.contains(item.name) {
            throw HTTPError(
                400, "UnknownParameter",
                "The query parameter '\(item.name)' is not known; possible are \(known.joined(separator: ", ")).")
        }
        let asked = try RecognitionFindings.Kind.allCases.filter { kind in
            // `?labels` alone says it too.
            guard let text = request.query(kind.rawValue), !text.isEmpty else {
                return request.query(kind.rawValue) != nil
            }
            return try request.query(kind.rawValue, as: Bool.self) == true
        }
        return Set(asked.isEmpty ? RecognitionFindings.Kind.allCases : asked)
    }
}

extension HTTPError {
    /// 422 where the picture is at fault, 503 where waiting helps or the recogniser is missing.
    fileprivate init(_ failure: RecognitionFailure) {
        switch failure {
        case .picture(let reason): self.init(422, "NotRecognizable", reason)
        case .unavailable(let reason): self.init(503, "RecognitionUnavailable", reason)
        case .passing(let reason): self.init(503, "RecognitionBusy", reason, headers: ["Retry-After": "2"])
        }
    }
}
