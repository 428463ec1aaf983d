import CCurl
import Glibc
import Synchronization

/// Drives every transfer of a client on one thread of its own, over connections that are kept and used again.
///
/// The thread starts with the first request and ends with the client. Tasks hand it commands and are resumed by it; no
/// thread of Swift's pool ever blocks on the network.
final class CurlEngine: Sendable {
    private enum Command {
        case start(Transfer)
        case cancel(Transfer)
        case proceed(Transfer)
    }

    /// curl's handle, which `curl_multi_wakeup` alone may be called on from another thread; it is called under the lock
    /// that the handle is taken away under.
    private struct Multi: @unchecked Sendable {
        var handle: UnsafeMutableRawPointer
    }

    private struct State: ~Copyable {
        var commands: [Command] = []
        var multi: Multi?
        var isRunning = false
        var isStopped = false
    }

    private let state = Mutex(State())
    private let options: TransportOptions
    private let certificateBundle: String?

    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(options: TransportOptions, certificateBundle: String?) {
        self.options = options
        self.certificateBundle = certificateBundle
    }

    // MARK: Called from tasks

    func start(_ transfer: Transfer) {
        transfer.wake = { [weak self, weak transfer] in
            if let transfer { self?.submit(.proceed(transfer)) }
        }
        submit(.start(transfer))
    }

    func cancel(_ transfer: Transfer) { submit(.cancel(transfer)) }

    /// Ends all transfers and the thread.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            if let multi = state.multi { curl_multi_wakeup(multi.handle) }
        }
    }

    private func submit(_ command: Command) {
        let isStarted: Bool = state.withLock { state in
            guard !state.isStopped else { return false }
            state.commands.append(command)
            if let multi = state.multi { curl_multi_wakeup(multi.handle) }
            if state.isRunning { return true }
            guard startThread() else {
                state.commands = []
                return false
            }
            state.isRunning = true
            return true
        }
        if !isStarted, case .start(let transfer) = command {
            transfer.finish(
                TransportError(kind: .other, message: "the transport cannot be started", mayHaveBeenExecuted: false))
        }
    }

    private func startThread() -> Bool {
        guard Self.isCurlReady else { return false }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let failed = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<CurlEngine>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        guard failed == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    // MARK: The thread

    private func run() {
        // Signals are the business of the program's own threads; a connection that breaks under a write must not end
        // the process.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard let multi = curl_multi_init() else {
            return end([], multi: nil, Transfers())
        }
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.pooledConnections)
        state.withLock { $0.multi = Multi(handle: multi) }
        var transfers = Transfers()
        while true {
            var commands: [Command] = []
            let isStopped = state.withLock { state in
                swap(&commands, &state.commands)
                return state.isStopped
            }
            if isStopped { return end(commands, multi: multi, transfers) }
            for command in commands { carryOut(command, multi, &transfers) }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
                complete(handle, message.pointee.data.result, multi, &transfers)
            }
            curl_multi_poll(multi, nil, 0, Int32(endStalled(multi, &transfers).positiveMilliseconds), nil)
        }
    }

    /// Ends transfers in which nothing has moved for too long.
    ///
    /// - Returns: when to look again.
    private func endStalled(_ multi: UnsafeMutableRawPointer, _ transfers: inout Transfers) -> Duration {
        let now = ContinuousClock.now
        var next = Duration.seconds(60)
        for (handle, transfer) in transfers.active {
            guard let left = transfer.timeBeforeStalled(now) else { continue }
            if left > .zero {
                next = min(next, left)
            } else {
                remove(handle, transfer, multi, &transfers)
                transfer.finish(transfer.stalled)
            }
        }
        return next
    }

    /// The handles in use, by their addresses, and a few to use again: a handle is costly to make.
    private struct Transfers {
        var active: [UnsafeMutableRawPointer: Transfer] = [:]
        var spare: [UnsafeMutableRawPointer] = []

        func handle(of transfer: Transfer) -> UnsafeMutableRawPointer? {
            active.first { $0.value === transfer }?.key
        }
    }

    private func carryOut(_ command: Command, _ multi: UnsafeMutableRawPointer, _ transfers: inout Transfers) {
        switch command {
        case .start(let transfer):
            if transfer.isCancelled { return transfer.finish(.cancelled(transfer.request, executed: false)) }
            guard let handle = transfers.spare.popLast() ?? curl_easy_init() else {
                return transfer.finish(
                    TransportError(kind: .other, message: "out of memory", mayHaveBeenExecuted: false))
            }
            guard configure(handle, transfer), curl_multi_add_handle(multi, handle) == CURLM_OK else {
                release(handle, transfer, &transfers)
                return transfer.finish(
                    TransportError(
                        kind: .invalidRequest, message: "\(transfer.request.endpoint): the request cannot be sent",
                        mayHaveBeenExecuted: false))
            }
            transfers.active[handle] = transfer
            transfer.noteActivity()
        case .cancel(let transfer):
            transfer.isCancelled = true
            guard let handle = transfers.handle(of: transfer) else { return }
            remove(handle, transfer, multi, &transfers)
            transfer.finish(.cancelled(transfer.request, executed: true))
        case .proceed(let transfer):
            guard let handle = transfers.handle(of: transfer) else { return }
            transfer.noteActivity()
            curl_easy_pause(handle, CURLPAUSE_CONT)
        }
    }

    private func complete(
        _ handle: UnsafeMutableRawPointer, _ code: CURLcode, _ multi: UnsafeMutableRawPointer,
        _ transfers: inout Transfers
    ) {
        guard let transfer = transfers.active[handle] else { return }
        let error = code == CURLE_OK ? nil : TransportError(code, handle: handle, transfer: transfer)
        remove(handle, transfer, multi, &transfers)
        transfer.finish(error)
    }

    private func remove(
        _ handle: UnsafeMutableRawPointer, _ transfer: Transfer, _ multi: UnsafeMutableRawPointer,
        _ transfers: inout Transfers
    ) {
        curl_multi_remove_handle(multi, handle)
        transfers.active[handle] = nil
        release(handle, transfer, &transfers)
    }

    private func release(_ handle: UnsafeMutableRawPointer, _ transfer: Transfer, _ transfers: inout Transfers) {
        curl_slist_free_all(transfer.headerList)
        transfer.headerList = nil
        if transfers.spare.count < 16, Self.handlesMayBeReused {
            curl_easy_reset(handle)
            transfers.spare.append(handle)
        } else {
            curl_easy_cleanup(handle)
        }
    }

    private static let handlesMayBeReused = ccurl_handles_may_be_reused()

    private func end(_ commands: [Command], multi: UnsafeMutableRawPointer?, _ transfers: Transfers) {
        let late = state.withLock { state in
            state.isStopped = true
            state.multi = nil
            defer { state.commands = [] }
            return commands + state.commands
        }
        for (handle, transfer) in transfers.active {
            if let multi { curl_multi_remove_handle(multi, handle) }
            curl_slist_free_all(transfer.headerList)
            curl_easy_cleanup(handle)
            transfer.finish(.cancelled(transfer.request, executed: true))
        }
        for case .start(let transfer) in late { transfer.finish(.cancelled(transfer.request, executed: false)) }
        for handle in transfers.spare { curl_easy_cleanup(handle) }
        if let multi { curl_multi_cleanup(multi) }
    }

    private func configure(_ handle: UnsafeMutableRawPointer, _ transfer: Transfer) -> Bool {
        CurlHandle(handle: handle).configure(transfer, options, certificateBundle: certificateBundle)
    }
}
