import JSONValue
import LambdaEvents

/// What the bucket says of a new object, in a message of the queue.
struct UploadNotice: Sendable, Hashable {
    /// The bucket's name.
    var bucket: String
    /// The object's key, decoded.
    var key: String
    /// The object's version, in a bucket that keeps versions.
    var version: String?

    /// Reads a message.
    ///
    /// - Returns: the new objects; none for the test that S3 sends when notifications are set up, and for what became of
    ///   objects otherwise.
    /// - Throws: ``Unreadable`` for what S3 never sends.
    static func read(_ body: String) throws(Unreadable) -> [UploadNotice] {
        let value: JSONValue
        do { value = try JSONValue(parsing: body) } catch { throw Unreadable(reason: "it is not JSON: \(error)") }
        if value["Event"]?.string == "s3:TestEvent" { return [] }
        let event: S3Event
        do { event = try value.decode(as: S3Event.self) } catch {
            throw Unreadable(reason: "it is no event of S3: \(error)")
        }
        var notices: [UploadNotice] = []
        for record in event.records where record.eventName.hasPrefix("ObjectCreated:") {
            guard let key = record.s3.object.decodedKey else {
                throw Unreadable(reason: "the key '\(record.s3.object.key)' is not URL-encoded")
            }
            notices.append(
                UploadNotice(bucket: record.s3.bucket.name, key: key, version: record.s3.object.versionId))
        }
        return notices
    }

    /// A message that is not from S3. It stays so: the queue's dead-letter queue is where somebody finds it.
    struct Unreadable: Error, Hashable, CustomStringConvertible {
        var reason: String
        var description: String { "The message is unreadable: \(reason)." }
    }
}
