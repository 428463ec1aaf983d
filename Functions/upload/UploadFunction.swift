import LambdaEvents
import LambdaRuntime
import Pictures

/// Takes pictures: in a form, as a raw body, or straight to the bucket by a presigned URL.
enum UploadFunction {
    static let routes: [Route] = [
        .signedIn(Operations.uploadForm, .before, uploadForm),
        .signedIn(Operations.uploadRaw, .before, uploadRaw),
        .signedIn(Operations.beginUpload, .before, beginUpload),
        .signedIn(Operations.completeUpload, .before, completeUpload),
    ]

    /// The names of the operations and what the OpenAPI document says of them.
    enum Operations {
        private static let stored: [Operation.Answer] = [
            .json(201, "The picture was stored.", Operation.schema("StoredPicture")),
            .json(200, "The picture was stored in place of another.", Operation.schema("StoredPicture")),
        ]
        private static let refusals = [400, 409, 412, 413, 415, 422]
        private static let conditions: [Operation.Parameter] = [
            .init(
                place: .header, name: "If-None-Match", schema: ["type": "string", "enum": ["*"]],
                summary: "Stores only where the key is free."),
            .init(
                place: .header, name: "If-Match", schema: ["type": "string"],
                summary: "Stores only over the picture with this ETag."),
        ]

        static let uploadForm = Operation(
            method: "POST", path: "/pictures", name: "uploadPicture", summary: "Stores a picture from a form.",
            access: .session, parameters: conditions,
            bodies: [.init(mediaType: "multipart/form-data", schema: Operation.schema("UploadForm"))],
            answers: stored, errors: refusals)
        static let uploadRaw = Operation(
            method: "PUT", path: "/pictures/{key+}", name: "putPicture", summary: "Stores the body as a picture.",
            access: .session, parameters: conditions,
            bodies: ImageType.allCases.map {
                .init(mediaType: $0.mediaType, schema: ["type": "string", "contentMediaType": .string($0.mediaType)])
            },
            answers: stored, errors: refusals)
        static let beginUpload = Operation(
            method: "POST", path: "/pictures/uploads", name: "beginUpload",
            summary: "Hands out an address to send a picture to that is too large for a request.", access: .session,
            bodies: [.init(mediaType: "application/json", schema: Operation.schema("BeginUpload"))],
            answers: [.json(201, "Where to send the bytes.", Operation.schema("Upload"))], errors: [400, 413])
        static let completeUpload = Operation(
            method: "POST", path: "/pictures/uploads/{id}/complete", name: "completeUpload",
            summary: "Looks at the bytes that were sent, and stores them as a picture.", access: .session,
            parameters: conditions, answers: stored, errors: refusals + [404, 410])
    }

    /// `POST /pictures`
    @Sendable static func uploadForm(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let form = try request.multipart()
        for part in form.parts where part.name != "key" && part.name != "file" {
            throw HTTPError(400, "UnknownField", "The part '\(part.name)' is not known; possible are 'key' and 'file'.")
        }
        func one(_ name: String) throws -> MultipartForm.Part {
            let parts = form.parts(named: name)
            guard let part = parts.first else { throw HTTPError(400, "MissingField", "The part '\(name)' is missing.") }
            guard parts.count == 1 else {
                throw HTTPError(400, "InvalidField", "The part '\(name)' is there \(parts.count) times.")
            }
            return part
        }
        guard let key = try one("key").text else {
            throw HTTPError(InvalidValue(.key, "The key is not valid UTF-8."))
        }
        let file = try one("file")
        let upload = PictureUpload(
            service: service, owner: session.userID, key: try PictureKey(key),
            fileName: file.filename.flatMap { FileName($0) }, condition: try UploadCondition(request), context: context)
        return try await upload.store(Array(file.body)).response
    }

    /// `PUT /pictures/{key+}`
    @Sendable static func uploadRaw(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let upload = PictureUpload(
            service: service, owner: session.userID, key: try request.pictureKey(), fileName: nil,
            condition: try UploadCondition(request), context: context)
        return try await upload.store(request.body).response
    }
}
