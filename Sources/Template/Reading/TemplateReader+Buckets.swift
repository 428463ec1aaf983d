import JSONValue

extension TemplateReader {
    func readBucket(_ entry: ResourceEntry, _ reader: PropertyReader) {
        let name = evaluator.name(of: entry)
        let configuration = reader.object("NotificationConfiguration", schema: "Bucket.NotificationConfiguration")
        var notifications: [BucketNotification] = []
        if let configuration {
            notifications += self.notifications(
                "LambdaConfigurations", target: "Function", "Bucket.LambdaConfiguration", entry, configuration)
            notifications += self.notifications(
                "QueueConfigurations", target: "Queue", "Bucket.QueueConfiguration", entry, configuration)
            if configuration.mentions("TopicConfigurations") {
                configuration.warn("TopicConfigurations", "Notifications to topics are not emulated and are skipped.")
            }
        }
        let eventBridge = configuration?.object("EventBridgeConfiguration", schema: nil)
        template.buckets.append(
            BucketDefinition(
                logicalID: entry.logicalID, name: name, arn: cloud.bucketARN(name), notifications: notifications,
                notifiesEventBridge: eventBridge.map { $0.bool("EventBridgeEnabled") ?? true } ?? false,
                cors: cors(reader),
                versioning: reader.object("VersioningConfiguration", schema: nil)?.choice("Status"),
                lifecycle: reader.json("LifecycleConfiguration"), website: reader.json("WebsiteConfiguration"),
                encryption: reader.json("BucketEncryption"),
                publicAccessBlock: reader.json("PublicAccessBlockConfiguration"), tags: tags(reader)))
    }

    private func notifications(
        _ property: String, target: String, _ schema: String, _ entry: ResourceEntry, _ reader: PropertyReader
    ) -> [BucketNotification] {
        reader.objects(property, schema: schema).enumerated().compactMap { index, part in
            guard let event = part.required("Event", part.string), let arn = part.required(target, part.string) else {
                return nil
            }
            checkEventNames([event], part, "Event")
            let filter = keyFilter(part)
            return BucketNotification(
                id: "\(entry.logicalID)-\(target)-\(index)", targetARN: arn, events: [event], prefix: filter.prefix,
                suffix: filter.suffix)
        }
    }

    /// `Filter.S3Key.Rules`: how keys must start and end.
    func keyFilter(_ reader: PropertyReader) -> (prefix: String?, suffix: String?) {
        enum End: String, CaseIterable { case prefix, suffix }
        var prefix: String?
        var suffix: String?
        let key = reader.object("Filter", schema: nil)?.object("S3Key", schema: nil)
        for rule in key?.objects("Rules", schema: nil) ?? [] {
            guard let name = rule.required("Name", rule.string), let value = rule.required("Value", rule.string) else {
                continue
            }
            switch End(rawValue: name.lowercased()) {
            case .prefix where prefix == nil: prefix = value
            case .suffix where suffix == nil: suffix = value
            case nil: rule.fault("Name", "A rule for keys is named 'prefix' or 'suffix', not '\(name)'.")
            default: rule.fault("Name", "A filter takes one rule named '\(name)' only.")
            }
        }
        return (prefix, suffix)
    }

    /// The kinds of events that buckets tell of.
    private static let eventFamilies = [
        "s3:ObjectCreated:", "s3:ObjectRemoved:", "s3:ObjectRestore:", "s3:ReducedRedundancyLostObject",
        "s3:Replication:", "s3:LifecycleExpiration:", "s3:LifecycleTransition", "s3:IntelligentTiering",
        "s3:ObjectTagging:", "s3:ObjectAcl:Put", "s3:TestEvent",
    ]

    func checkEventNames(_ names: [String], _ reader: PropertyReader, _ key: String) {
        for name in names where !Self.eventFamilies.contains(where: name.hasPrefix) {
            reader.fault(key, "'\(name)' is not an event of buckets; an example is 's3:ObjectCreated:*'.")
        }
    }

    private func cors(_ reader: PropertyReader) -> [BucketDefinition.CORSRule] {
        guard let configuration = reader.object("CorsConfiguration", schema: nil) else { return [] }
        let methods: Set<String> = ["GET", "PUT", "HEAD", "POST", "DELETE"]
        return configuration.objects("CorsRules", schema: "Bucket.CorsRule").map { rule in
            let allowed = rule.required("AllowedMethods") { rule.strings($0) } ?? []
            for method in allowed where !methods.contains(method) {
                rule.fault("AllowedMethods", "'\(method)' is not a method for CORS: \(methods.sorted()).")
            }
            return BucketDefinition.CORSRule(
                id: rule.string("Id"), allowedOrigins: rule.required("AllowedOrigins") { rule.strings($0) } ?? [],
                allowedMethods: allowed, allowedHeaders: rule.strings("AllowedHeaders") ?? [],
                exposedHeaders: rule.strings("ExposedHeaders") ?? [], maxAge: rule.int("MaxAge"))
        }
    }

    /// Puts what functions' events declare beside what the bucket declares itself.
    func attachBucketEvents() {
        for (bucket, events) in bucketEvents {
            guard let index = template.buckets.firstIndex(where: { $0.name == bucket || $0.logicalID == bucket }) else {
                for (_, path) in events {
                    diagnostics.error(path, "'\(bucket)' is not a bucket of this template: an S3 event needs one.")
                }
                continue
            }
            template.buckets[index].notifications += events.map(\.notification).sorted { $0.id < $1.id }
        }
    }
}
