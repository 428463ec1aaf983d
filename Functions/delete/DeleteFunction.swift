import AWSClient
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// Deletes one picture, many, or all. The row goes first, so that nothing ever points to an object that is not there.
enum DeleteFunction {
    static let routes: [Route] = [
        .signedIn(Operations.deletePicture, .before, deleteOne),
        .signedIn(Operations.deletePictures, .before, deleteMany),
    ]

    /// What a person must type to delete everything.
    static let confirmation = "delete all my pictures"
    /// Keys that one request may name.
    static let keyLimit = 1_000
    /// Pictures that are deleted at the same time.
    private static let concurrency = 8
    /// How often a picture may be replaced before it can be deleted.
    private static let roundLimit = 20

    /// The names of the operations and what the OpenAPI document says of them.
    enum Operations {
        static let deletePicture = Operation(
            method: "DELETE", path: "/pictures/{key+}", name: "deletePicture", summary: "Deletes a picture.",
            access: .session, answers: [.empty(204, "The picture is deleted.")], errors: [400, 404, 409])
        static let deletePictures = Operation(
            method: "POST", path: "/pictures/delete", name: "deletePictures",
            summary: "Deletes many pictures, or all of them after a typed confirmation.", access: .session,
            bodies: [.init(mediaType: "application/json", schema: Operation.schema("Deletion"))],
            answers: [.json(200, "What was deleted.", Operation.schema("Deleted"))], errors: [400, 409])
    }

    /// `DELETE /pictures/{key+}`
    @Sendable private static func deleteOne(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        guard let object = try await removeRow(request.pictureKey(), service, session, context) else {
            throw HTTPError.unknownKey
        }
        await service.bucket.discard(object, context)
        return .empty()
    }

    /// `POST /pictures/delete`
    @Sendable private static func deleteMany(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let fields = try RequestFields(request, allowed: ["keys", "all", "confirm"])
        switch (try fields.optionalStrings("keys"), try fields.flag("all")) {
        case (let texts?, false):
            guard texts.count <= keyLimit else {
                throw HTTPError(
                    400, "InvalidField", "The field 'keys' has \(texts.count) keys; it may have \(keyLimit).")
            }
            let keys = try Set(texts.map { try PictureKey($0) }).sorted()
            let (deleted, unknown) = try await remove(keys, service, session, context)
            return .document([
                "deleted": JSONValue(deleted.count), "unknown": .array(unknown.map { .string($0.text) }),
                "complete": true,
            ])
        case (nil, true):
            guard try fields.optionalString("confirm") == confirmation else {
                throw HTTPError(
                    400, "ConfirmationRequired",
                    "To delete all pictures, send 'confirm' with the text '\(confirmation)'.")
            }
            return .document(try await removeAll(service, session, context))
        default:
            throw HTTPError(400, "InvalidField", "Send either 'keys', or 'all': true with 'confirm'.")
        }
    }

    /// Deletes page after page while there is time; what is left, another request deletes.
    private static func removeAll(
        _ service: PictureService, _ session: Session, _ context: Context
    ) async throws -> JSONValue {
        var count = 0
        var last: PictureKey?
        while context.remainingTime > .seconds(5) {
            let page = try await service.pictures.objects(
                of: session.userID, behind: last, limit: 200, context.calls(leaving: .seconds(2)))
            guard let end = page.last else { return ["deleted": JSONValue(count), "unknown": [], "complete": true] }
            count += try await remove(page.map(\.key), service, session, context).deleted.count
            last = end.key
        }
        return ["deleted": JSONValue(count), "unknown": [], "complete": false]
    }

    /// Deletes rows, some at a time, and then their objects.
    private static func remove(
        _ keys: [PictureKey], _ service: PictureService, _ session: Session, _ context: Context
    ) async throws -> (deleted: [ObjectName], unknown: [PictureKey]) {
        var deleted: [ObjectName] = []
        var unknown: [PictureKey] = []
        var failure: (any Error)?
        await withTaskGroup(of: (PictureKey, Result<ObjectName?, any Error>).self) { group in
            var rest = keys[...]
            func start() {
                guard let key = rest.popFirst() else { return }
                group.addTask {
                    do { return (key, .success(try await removeRow(key, service, session, context))) } catch {
                        return (key, .failure(error))
                    }
                }
            }
            for _ in 0..<concurrency { start() }
            for await (key, outcome) in group {
                switch outcome {
                case .success(let object?): deleted.append(object)
                case .success(nil): unknown.append(key)
                case .failure(let error): failure = failure ?? error
                }
                if failure == nil { start() }
            }
        }
        // Also when some failed: what has lost its row must go.
        await service.bucket.discard(deleted, context)
        if let failure { throw failure }
        return (deleted, unknown.sorted())
    }

    /// Deletes a row, whichever object it points to by then.
    ///
    /// - Returns: the object, which nothing points to any more; nil where there was no row.
    private static func removeRow(
        _ key: PictureKey, _ service: PictureService, _ session: Session, _ context: Context
    ) async throws -> ObjectName? {
        let options = context.calls(leaving: .seconds(2))
        var tried: ObjectName?
        for _ in 1...roundLimit {
            // A row that went between two rounds went by our own attempt, whose answer was lost, or by somebody else's:
            // either way the object that was tried last is to go.
            guard let record = try await service.pictures.record(session.userID, key, options) else { return tried }
            if try await service.pictures.delete(session.userID, key, of: record.object, options) {
                return record.object
            }
            tried = record.object
        }
        throw HTTPError(409, "Contended", "The picture of this key changes all the time. Try again.")
    }
}
