import LambdaEvents
import LambdaRuntime
import Pictures

/// Gives a picture's bytes, or what is known of it.
enum GetFunction {
    /// The routes of one environment, which keeps pictures in a cache of its own.
    static func routes(cache: PictureCache) -> [Route] {
        [
            .signedIn(Operations.getPicture, .beside) { service, request, session, context in
                try await PictureDelivery(
                    service: service, cache: cache, owner: session.userID, request: request, context: context
                ).response()
            },
            .signedIn(Operations.headPicture, .beside) { service, request, session, context in
                try await PictureDelivery(
                    service: service, cache: cache, owner: session.userID, request: request, context: context
                ).response()
            },
            .signedIn(Operations.details, .beside) { service, request, session, context in
                guard
                    let record = try await service.pictures.record(
                        session.userID, request.pictureKey(), context.calls())
                else { throw HTTPError.unknownKey }
                return .document(.object(record.document))
            },
        ]
    }

    /// The names of the operations and what the OpenAPI document says of them.
    enum Operations {
        private static let conditions: [Operation.Parameter] = [
            .init(
                place: .header, name: "If-None-Match", schema: ["type": "string"],
                summary: "ETags of what the caller has already."),
            .init(
                place: .header, name: "Range", schema: ["type": "string"], summary: "One range of bytes: `bytes=0-999`."
            ),
        ]
        private static let answers: [Operation.Answer] = [
            .init(
                status: 200, summary: "The picture, byte for byte as it was uploaded.", mediaType: "image/*",
                schema: ["type": "string", "contentMediaType": "image/*"]),
            .init(
                status: 206, summary: "A range of it.", mediaType: "image/*",
                schema: ["type": "string", "contentMediaType": "image/*"]),
            .empty(304, "The caller has it already."),
            .empty(307, "The picture is too large for an answer: it is at the address in `Location`."),
        ]

        static let getPicture = Operation(
            method: "GET", path: "/pictures/{key+}", name: "getPicture", summary: "Gives a picture's bytes.",
            access: .session, parameters: conditions, answers: answers, errors: [400, 404, 416])
        static let headPicture = Operation(
            method: "HEAD", path: "/pictures/{key+}", name: "headPicture", summary: "Gives a picture's header fields.",
            access: .session, parameters: conditions,
            answers: [.empty(200, "The picture's header fields."), .empty(304, "The caller has it already.")],
            errors: [400, 404])
        static let details = Operation(
            method: "GET", path: "/details/{key+}", name: "pictureDetails",
            summary: "Tells what is known of a picture.",
            access: .session, answers: [.json(200, "The picture's details.", Operation.schema("Picture"))],
            errors: [400, 404])
    }
}
