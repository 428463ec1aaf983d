import CCurl

/// One keep-alive connection to the Runtime API: a libcurl handle that is used over and over, by one thread, where libcurl
/// is one that bears it.
///
/// The calls go through a multi handle, which the easy interface would make inside anyway: that way the wait for an event
/// can be ended from outside, without a timeout and without waking up in between.
///
/// A streamed response has an easy handle of its own, on the same connection: what libcurl keeps of trailers (7.88 at least)
/// outlives the transfer, and a second one with trailers on the same handle ends without them and corrupts memory.
final class Connection {
    /// A call's method and what it sends.
    enum Payload {
        case none
        case whole(UnsafeRawBufferPointer)
        /// In pieces, as they come; trailers are asked for when the last one is out.
        case pieces(Upload)
    }

    private var easy: UnsafeMutableRawPointer
    private var isUsed = false
    private let multi: UnsafeMutableRawPointer
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var reply = Reply(limit: 0)
    private var upload: Upload?
    private let userAgent: String

    init?(userAgent: String) {
        guard let easy = curl_easy_init() else { return nil }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            return nil
        }
        self.easy = easy
        self.multi = multi
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        self.userAgent = userAgent
        configure(easy)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        errorText.deallocate()
    }

    private func configure(_ easy: UnsafeMutableRawPointer) {
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        ccurl_set_string(easy, CURLOPT_USERAGENT, userAgent)
        ccurl_set_long(easy, CURLOPT_HTTP_VERSION, ccurl_http_version_1_1())
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        // The next event may be hours away, and the environment may be frozen in between.
        ccurl_set_long(easy, CURLOPT_TIMEOUT, 0)
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, 1000)
        // A proxy that http_proxy names is meant for the function's own traffic.
        ccurl_set_string(easy, CURLOPT_PROXY, "")
        ccurl_set_long(easy, CURLOPT_BUFFERSIZE, 256 * 1024)
        ccurl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256 * 1024)
        let this = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, user in
            Connection.of(user)?.reply.take(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, this)
        ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, user in
            Connection.of(user)?.reply.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, this)
        ccurl_set_data_callback(easy, CURLOPT_READFUNCTION) { buffer, size, count, user in
            guard let upload = Connection.of(user)?.upload else { return Int(CURL_READFUNC_ABORT) }
            return upload.fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        ccurl_set_pointer(easy, CURLOPT_READDATA, this)
    }

    /// Puts a new handle in the place of one that must not be used again. The connection stays: it is the multi handle's.
    private func renewHandle() throws(RuntimeAPIError) {
        guard isUsed, !Self.handlesMayBeReused else { return isUsed = true }
        guard let fresh = curl_easy_init() else { throw .unreachable(reason: "libcurl has no memory left") }
        curl_easy_cleanup(easy)
        easy = fresh
        configure(fresh)
    }

    private static let handlesMayBeReused = ccurl_handles_may_be_reused()

    /// A handle for one streamed response, which may end with trailers.
    private func makeStreamingHandle() throws(RuntimeAPIError) -> UnsafeMutableRawPointer {
        guard let handle = curl_easy_init() else { throw .unreachable(reason: "libcurl has no memory left") }
        configure(handle)
        ccurl_set_trailer_callback(handle) { list, user in
            for line in Connection.of(user)?.upload?.trailers() ?? [] {
                list?.pointee = HeaderList.appending(line, to: list?.pointee)
            }
            return Int32(CURL_TRAILERFUNC_OK)
        }
        ccurl_set_pointer(handle, CURLOPT_TRAILERDATA, Unmanaged.passUnretained(self).toOpaque())
        ccurl_set_long(handle, CURLOPT_POST, 1)
        ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, -1)
        return handle
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> Connection? {
        user.map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes a call and waits for its answer.
    ///
    /// - Parameters:
    ///   - limit: the most bytes of the answer's body to keep.
    ///   - patience: how long to go on once `stop` has been given.
    /// - Returns: the status and what came with it; an answer of any status.
    func call(
        _ url: String, headers: HeaderList, payload: Payload, limit: Int, stop: StopSignal, patience: Duration
    ) throws(RuntimeAPIError) -> (status: Int, reply: Reply) {
        reply = Reply(limit: limit)
        try renewHandle()
        var easy = self.easy
        if case .pieces(let upload) = payload {
            easy = try makeStreamingHandle()
            self.upload = upload
        }
        ccurl_set_string(easy, CURLOPT_URL, url)
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers.first)
        switch payload {
        case .none: ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
        case .whole(let bytes):
            ccurl_set_long(easy, CURLOPT_POST, 1)
            ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            // Not null even for no bytes at all: null would have libcurl ask the read callback.
            ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(errorText))
        case .pieces: break
        }
        defer {
            upload = nil
            if easy == self.easy {
                // The bytes that were lent belong to the caller again.
                ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, nil)
            } else {
                curl_easy_cleanup(easy)
            }
        }
        let code = try perform(easy, stop: stop, patience: patience)
        guard code == CURLE_OK else { throw .unreachable(reason: describe(code)) }
        var status = 0
        ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return (status, reply)
    }

    private func perform(
        _ easy: UnsafeMutableRawPointer, stop: StopSignal, patience: Duration
    ) throws(RuntimeAPIError) -> CURLcode {
        errorText.pointee = 0
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            throw .unreachable(reason: "libcurl has no memory left")
        }
        defer { curl_multi_remove_handle(multi, easy) }
        var running: Int32 = 1
        var end: ContinuousClock.Instant?
        while true {
            guard curl_multi_perform(multi, &running) == CURLM_OK else {
                throw .unreachable(reason: "libcurl could not go on")
            }
            guard running > 0 else { break }
            if let end {
                let left = ContinuousClock.now.duration(to: end)
                guard left > .zero else { throw .stopped }
                curl_multi_poll(multi, nil, 0, Int32(left / .milliseconds(1)) + 1, nil)
            } else {
                var waiting = curl_waitfd(fd: stop.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
                guard curl_multi_poll(multi, &waiting, 1, Self.oneHour, nil) == CURLM_OK else {
                    throw .unreachable(reason: "libcurl could not wait")
                }
                if waiting.revents != 0 { end = .now + patience }
            }
        }
        var left: Int32 = 0
        guard let message = curl_multi_info_read(multi, &left), message.pointee.msg == CURLMSG_DONE else {
            throw .unreachable(reason: "libcurl lost the call")
        }
        return message.pointee.data.result
    }

    /// libcurl knows no wait without an end.
    private static let oneHour: Int32 = 3_600_000

    private func describe(_ code: CURLcode) -> String {
        errorText.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }
}
