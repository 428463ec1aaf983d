import CloudCore
import NIOCore

extension S3Service {
    /// From now on delivers notifications, beginning with those that an earlier process left.
    ///
    /// A notification is written in the transaction that it tells of, so that none is lost once the request is answered.
    ///
    /// - Parameter report: told, in a sentence, of notifications that are dropped because nobody takes them.
    public func deliverNotifications(
        through targets: any TargetDelivery, report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let owner = identity.accountID
        let manner = DeliveryOutbox.Manner(payload: { entry, _ in WaitingNotification.filled(entry, owner: owner) }) {
            entry, failure in
            guard let event = WaitingNotification(entry)?.event else { return }
            report(
                "\(event.name.rawValue) of \(event.key.text) in the bucket \(event.bucket) was not taken by "
                    + "\(entry.delivery.target) and is dropped: \(failure.error)")
        }
        let outbox = DeliveryOutbox(database: storage.database, clock: clock, targets: targets, manner: manner)
        exchangeDelivery(for: NotificationDelivery(targets: targets, outbox: outbox))?.outbox.end()
        outbox.wake()
    }

    /// Sets whom a bucket tells of what, as a template declares it. Destinations are not asked: they may come later.
    ///
    /// - Throws: `NoSuchBucket`, `InvalidArgument`; the store's errors.
    public func setNotifications(_ configuration: NotificationConfiguration, of name: String) async throws {
        try configuration.check()
        try await store(configuration, for: bucket(named: name))
    }

    /// `PUT /bucket?notification`
    func putNotifications(_ document: [UInt8], _ request: S3Request, _ bucket: Bucket) async throws {
        guard let element = try? XMLReader.parse(document) else { throw ServiceError.s3(.malformedXML) }
        let configuration = try NotificationConfiguration(document: element)
        let added = configuration.rules.filter { bucket.notifications?.rules.contains($0) != true }
        if request.header("x-amz-skip-destination-validation")?.lowercased() != "true" {
            try await validate(added, request, bucket)
        }
        try await store(configuration, for: bucket)
    }

    private func store(_ configuration: NotificationConfiguration, for bucket: Bucket) async throws {
        let isEmpty = configuration == NotificationConfiguration()
        try await storage.setConfiguration("notification", of: bucket, to: isEmpty ? nil : configuration.document)
        storage.catalog.update(bucket.name) { $0.notifications = isEmpty ? nil : configuration }
    }

    /// Looks whether the destinations are there; queues get a message that shows that they are reached.
    private func validate(
        _ rules: [NotificationConfiguration.Rule], _ request: S3Request, _ bucket: Bucket
    ) async throws {
        guard let targets = currentDelivery?.targets else { return }
        for rule in rules {
            let isQueue = rule.destination.hasPrefix("arn:aws:sqs:")
            let isUsable = targets.canDeliver(to: rule.destination) && !(isQueue && rule.destination.hasSuffix(".fifo"))
            guard isUsable else {
                throw ServiceError.invalidArgument(
                    "Unable to validate the following destination configurations", name: rule.destination,
                    value: isQueue ? "The destination queue does not exist" : "The destination Lambda does not exist")
            }
        }
        let test = ObjectEvent.testMessage(
            bucket: bucket.name, time: clock.now, requestID: request.call.requestID, hostID: hostID)
        for rule in rules where rule.destination.hasPrefix("arn:aws:sqs:") {
            try await targets.deliver(
                Delivery(
                    target: rule.destination, payload: ByteBuffer(bytes: test.encoded()),
                    source: "bucket \(bucket.name)", principal: "s3.amazonaws.com"))
        }
    }

    /// What is to be told of a change that is about to be made; nil where nobody wants to know.
    func announcement(
        _ name: ObjectEvent.Name, _ request: S3Request, _ bucket: Bucket, key: ObjectKey? = nil, size: Int? = nil,
        etag: String? = nil
    ) -> Announcement? {
        guard let notifications = bucket.notifications else { return nil }
        let key = key ?? request.key
        let destinations = notifications.destinations(
            of: name, key: key, eventBus: identity.arn("events", "event-bus/default"))
        guard !destinations.isEmpty else { return nil }
        return Announcement(
            event: ObjectEvent(
                name: name, bucket: bucket.name, key: key, size: size, etag: etag, time: clock.now,
                region: bucket.region, requestID: request.call.requestID, hostID: hostID,
                sourceAddress: request.http.remoteAddress),
            destinations: destinations)
    }

    /// Sees to it that what was just committed is delivered.
    func deliver(_ announcement: Announcement?) {
        if announcement != nil { currentDelivery?.outbox.wake() }
    }
}
