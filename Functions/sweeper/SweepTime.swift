import AWSClient
import LambdaRuntime
import Pictures

/// What a sweep takes for now.
///
/// The ages of objects are told by S3's clock, so nothing but S3's clock may say how old they are. The event of the
/// schedule brings a time of the same cloud; an invocation by hand brings none, and the function's own clock need not
/// agree with the cloud's. So each sweep also asks S3 for its time, and takes the earlier of the two: it may find things
/// younger than they are, and look again later, but never older.
struct SweepTime: Sendable, Hashable {
    /// Where the time comes from, as the report tells it.
    enum Source: String, Sendable {
        /// The event's `time`.
        case event
        /// The function's clock: the event had no time.
        case function
        /// S3's clock, which is behind the others.
        case store
    }

    var now: Timestamp
    var source: Source

    /// What S3's clock shows: what marks are dated by.
    var store: Timestamp

    /// Of two times, the one that makes nothing older than it is.
    init(event: Timestamp?, function: Timestamp, store: Timestamp) {
        let (given, source) = event.map { ($0, Source.event) } ?? (function, .function)
        (now, self.source) = given <= store ? (given, source) : (store, .store)
        self.store = store
    }

    /// Where objects stand that are written for the sake of their date. No picture and no upload has such a name.
    static let probes = "sweeper/"

    static func now(_ event: Timestamp?, _ service: PictureService, _ context: Context) async throws -> SweepTime {
        SweepTime(event: event, function: service.now(), store: try await storeTime(service, context.calls()))
    }

    /// Writes an object and reads when S3 says that it was.
    private static func storeTime(_ service: PictureService, _ options: CallOptions) async throws -> Timestamp {
        let (s3, bucket) = (service.bucket.s3, service.bucket.name)
        let probe = probes + service.random.identifier()
        try await s3.putObject(bucket: bucket, key: probe, body: .bytes([]), options: options)
        let listed = try await s3.listObjects(
            bucket: bucket, prefix: probes, startAfter: String(probe.dropLast()), maximumKeys: 1, options: options)
        let leftovers = try await s3.listObjects(bucket: bucket, prefix: probes, options: options)
        guard let date = listed.objects.first, date.key == probe,
            let moment = Timestamp(service: date.lastModified)
        else { throw NoStoreTime() }
        // Also those of sweeps that were cut off; not those that another sweep is about to read.
        let old = leftovers.objects.filter { object in
            Timestamp(service: object.lastModified).map { moment.isPast(3_600, since: $0) } ?? false
        }
        _ = try await s3.deleteObjects(bucket: bucket, keys: [probe] + old.map(\.key), options: options)
        return moment
    }
}

/// S3 did not list what it had just stored.
struct NoStoreTime: Error, CustomStringConvertible {
    var description: String { "S3 does not tell its time: it did not list the object that was just stored." }
}
