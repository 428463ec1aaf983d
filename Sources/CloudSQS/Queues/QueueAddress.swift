import CloudCore

/// How queues are called: names, URLs and ARNs.
enum QueueAddress {
    /// Whether a text has the form of a queue's ARN.
    static func isARN(_ text: String) -> Bool { name(inARN: text) != nil }

    /// The queue's name at the end of an ARN; nil for what is none.
    static func name(inARN text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "sqs", !parts[3].isEmpty,
            !parts[4].isEmpty, !parts[5].isEmpty
        else { return nil }
        return String(parts[5])
    }

    /// The account and the name at the end of a queue's URL, whichever host and path lead there.
    ///
    /// Hosts differ (`sqs.us-east-1.localhost`, `queue.localhost`, Amazon's own), some URLs have more before the account
    /// (`/queue/us-east-1/…`): what all have in common are the last two parts of the path.
    static func parts(inURL text: String) -> (account: String, name: String)? {
        var rest = text[...]
        if let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            rest = rest[slash...]
        }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        let parts = rest.split(separator: "/")
        guard parts.count >= 2 else { return nil }
        let account = parts[parts.count - 2]
        guard account.utf8.count == 12, account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return (String(account), PercentEncoding.decode(parts[parts.count - 1]))
    }

    /// Checks the name of a queue that is to be made.
    ///
    /// - Throws: `InvalidParameterValue`.
    static func check(_ name: String, isFIFO: Bool) throws(ServiceError) {
        if isFIFO {
            guard name.hasSuffix(".fifo"), name.utf8.count <= 80, MessageText.isEntryID(String(name.dropLast(5))) else {
                throw .invalidParameter(
                    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end "
                        + "with .fifo suffix and be 1 to 80 in length")
            }
        } else {
            guard MessageText.isEntryID(name) else {
                throw .invalidParameter(
                    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
            }
        }
    }
}
