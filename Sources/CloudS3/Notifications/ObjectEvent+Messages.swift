import CloudCore
import JSONValue

/// How an event is told. Key and order of the members are those that AWS sends.
extension ObjectEvent {
    /// What functions and queues get: a list of one record.
    ///
    /// - Parameters:
    ///   - sequencer: hexadecimal digits; of two events of one key, the greater text is the later one.
    ///   - configurationID: the entry of the bucket's configuration.
    func record(sequencer: String, configurationID: String, owner: String) -> JSONValue {
        var object: JSONObject = ["key": .string(formEncodedKey)]
        if let size { object["size"] = JSONValue(size) }
        if let etag { object["eTag"] = .string(etag) }
        object["sequencer"] = .string(sequencer)
        let record: JSONObject = [
            "eventVersion": .string(eventVersion), "eventSource": "aws:s3", "awsRegion": .string(region),
            "eventTime": .string(time.iso8601WithMilliseconds), "eventName": .string(name.rawValue),
            "userIdentity": ["principalId": .string("AWS:" + owner)],
            "requestParameters": ["sourceIPAddress": .string(sourceAddress)],
            "responseElements": ["x-amz-request-id": .string(requestID), "x-amz-id-2": .string(hostID)],
            "s3": [
                "s3SchemaVersion": "1.0", "configurationId": .string(configurationID),
                "bucket": [
                    "name": .string(bucket), "ownerIdentity": ["principalId": .string(owner)],
                    "arn": .string("arn:aws:s3:::" + bucket),
                ],
                "object": .object(object),
            ],
        ]
        return ["Records": [.object(record)]]
    }

    /// What an event bus gets as the event's `detail`.
    func detail(sequencer: String, owner: String) -> JSONValue {
        var object: JSONObject = ["key": .string(key.text)]
        if let size { object["size"] = JSONValue(size) }
        if let etag { object["etag"] = .string(etag) }
        object["sequencer"] = .string(sequencer)
        var detail: JSONObject = [
            "version": "0", "bucket": ["name": .string(bucket)], "object": .object(object),
            "request-id": .string(requestID), "requester": .string(owner), "source-ip-address": .string(sourceAddress),
        ]
        if let reason { detail["reason"] = .string(reason) }
        if name == .removed { detail["deletion-type"] = "Permanently Deleted" }
        return .object(detail)
    }

    /// What an event bus knows the event by.
    var envelope: EventEnvelope {
        let detailType =
            switch name {
            case .createdByPut, .createdByCopy, .createdByMultipartUpload: "Object Created"
            case .removed: "Object Deleted"
            case .tagsPut: "Object Tags Added"
            case .tagsDeleted: "Object Tags Deleted"
            }
        return EventEnvelope(
            source: "aws.s3", detailType: detailType, resources: ["arn:aws:s3:::" + bucket], time: time)
    }

    /// Keys in records are encoded as in forms: a space is a plus sign; slashes stay.
    private var formEncodedKey: String {
        PercentEncoding.encode(key.text, keeping: "/").replacing("%20", with: "+")
    }

    /// The operation, where EventBridge tells it.
    private var reason: String? {
        switch name {
        case .createdByPut: "PutObject"
        case .createdByCopy: "CopyObject"
        case .createdByMultipartUpload: "CompleteMultipartUpload"
        case .removed: "DeleteObject"
        case .tagsPut, .tagsDeleted: nil
        }
    }

    /// The records of tags are of a later version than the others.
    private var eventVersion: String {
        switch name {
        case .tagsPut, .tagsDeleted: "2.3"
        default: "2.1"
        }
    }

    /// What a queue gets when it is entered in a configuration, and functions do not.
    static func testMessage(bucket: String, time: Timestamp, requestID: String, hostID: String) -> JSONValue {
        [
            "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": .string(time.iso8601WithMilliseconds),
            "Bucket": .string(bucket), "RequestId": .string(requestID), "HostId": .string(hostID),
        ]
    }
}
