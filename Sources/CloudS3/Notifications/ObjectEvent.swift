import CloudCore

/// Something that happened to an object: what notifications tell.
///
/// Source: "Event message structure", Amazon S3 User Guide.
struct ObjectEvent: Sendable, Equatable {
    /// What happens to objects, as notifications name it.
    enum Name: String, Sendable, CaseIterable {
        /// PutObject.
        case createdByPut = "ObjectCreated:Put"
        /// CopyObject.
        case createdByCopy = "ObjectCreated:Copy"
        /// CompleteMultipartUpload.
        case createdByMultipartUpload = "ObjectCreated:CompleteMultipartUpload"
        /// DeleteObject or DeleteObjects.
        case removed = "ObjectRemoved:Delete"
        /// PutObjectTagging.
        case tagsPut = "ObjectTagging:Put"
        /// DeleteObjectTagging.
        case tagsDeleted = "ObjectTagging:Delete"
    }

    var name: Name
    var bucket: String
    /// Not encoded.
    var key: ObjectKey
    /// Bytes of the object; nil where it was removed.
    var size: Int?
    /// The entity tag without quotes; nil where the object was removed.
    var etag: String?
    var time: Timestamp
    /// The bucket's region.
    var region: String
    /// The request that did it.
    var requestID: String
    /// `x-amz-id-2` of that request.
    var hostID: String
    /// Where that request came from.
    var sourceAddress: String
}

/// An event, and who is to be told of it.
struct Announcement: Sendable {
    var event: ObjectEvent
    /// At least one.
    var destinations: [NotificationDestination]
}

/// Who is told of an event, by which entry of the bucket's configuration.
struct NotificationDestination: Sendable, Equatable {
    /// The ARN of a function, a queue or an event bus.
    var arn: String
    /// The entry's identifier; empty for the event bus, which has none.
    var configurationID: String
}
