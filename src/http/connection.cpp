#include "http/connection.hpp"

#include <cxxabi.h>
#include <fmt/format.h>
#include <typeinfo>

#include "base/ensure.hpp"

namespace mainspring::http {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReadOfHead = 4 * 1024, kReadOfBody = 64 * 1024;
constexpr std::size_t kKeptWhileIdle = 8 * 1024;   // of an input buffer
constexpr std::chrono::seconds kLinger{2};         // for a peer to take the last reply before the socket goes

const Refusal kTooSlow{408, "too_slow", "The request did not arrive in time."};
const Refusal kHeadTooLarge{431, "head_too_large", "The head of the request is larger than this server takes."};
const Refusal kBusy{
    503, "busy", "The server has more to do than it can take; please try again.", {{"Retry-After", "1"}}};
const Refusal kFault{500, "internal_error", "A fault of this program; it has been logged."};

// Nearly as many connections as there may be: those that have nothing to do leave room to others.
bool is_crowded(const Shared& shared) { return shared.connections * 10 > shared.options.most_connections * 9; }

std::string type_name(const std::exception& error) {
    int failed = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &failed), &std::free);
    return failed == 0 ? name.get() : typeid(error).name();
}

}  // namespace

Connection::Connection(Shared& shared, Home& home, std::unique_ptr<Socket> socket)
    : shared_(shared),
      home_(home),
      socket_(std::move(socket)),
      stream_timer_(home.loop),
      reader_(shared.limits),
      peer_(socket_->peer()) {}

Connection::~Connection() { --shared_.connections; }

void Connection::start() {
    if (!shared_.tls) return await_request();
    enter(Phase::handshake, shared_.options.head_timeout);
    socket_->speak_tls(shared_.tls.get(), [self = shared_from_this()](Socket::Io io, std::size_t) {
        if (io == Socket::Io::failed) return self->close();
        self->await_request();
    });
}

void Connection::enter(Phase phase, std::chrono::milliseconds timeout) {
    phase_ = phase;
    deadline_ = SteadyClock::now() + timeout;
}

void Connection::enter_untimed(Phase phase) {
    phase_ = phase;
    deadline_ = TimePoint::max();
}

// A transfer's time-out grows with what has been transferred.
void Connection::allow_for(std::size_t bytes) {
    deadline_ += std::chrono::microseconds(bytes * 1'000'000 / shared_.options.least_bytes_per_second);
}

void Connection::close_if_late(TimePoint now) {
    if (phase_ == Phase::idle && is_crowded(shared_)) now += shared_.options.idle_timeout * 99 / 100;
    if (now < deadline_) return;
    if (phase_ == Phase::head || phase_ == Phase::body) return refuse(kTooSlow);
    close();
}

void Connection::begin_stop() {
    if (phase_ == Phase::idle || phase_ == Phase::handshake) close();
    if (phase_ == Phase::streaming) stream_timer_.hurry();
}

void Connection::close() {
    if (phase_ == Phase::closed) return;
    report_stream();
    enter_untimed(Phase::closed);
    stream_timer_.hurry();
    socket_->close();
    home_.connections.erase(shared_from_this());
}

void Connection::await_request() {
    if (phase_ == Phase::closed) return;
    if (shared_.stopping && input_.empty()) return close();
    reader_.begin();
    if (input_.empty() && input_.capacity() > kKeptWhileIdle) input_.shrink_to_fit();
    enter(Phase::idle, shared_.options.idle_timeout);
    feed();
}

void Connection::read() {
    const std::size_t have = input_.size(), room = reader_.head_taken() ? kReadOfBody : kReadOfHead;
    if (have > shared_.limits.most_head_bytes + kReadOfBody) return refuse(kHeadTooLarge);  // trailers without end
    input_.resize(have + room);
    socket_->read_some(
        {input_.data() + have, room}, [self = shared_from_this(), have](Socket::Io io, std::size_t bytes) {
            if (self->phase_ != Phase::idle && self->phase_ != Phase::head && self->phase_ != Phase::body) return;
            if (io == Socket::Io::failed) return self->close();
            self->input_.resize(have + bytes);
            if (self->phase_ == Phase::body) self->allow_for(bytes);
            self->feed();
        });
}

// Gives the reader what has come; goes on with what the request asks for.
void Connection::feed() {
    auto step = reader_.take(input_);
    if (!step) return refuse(step.error());
    input_.erase(0, step->taken);
    if (phase_ == Phase::idle && !(input_.empty() && step->taken == 0))
        enter(Phase::head, shared_.options.head_timeout);
    if (step->state == RequestReader::State::whole) return dispatch();
    if (phase_ == Phase::head && reader_.head_taken()) enter(Phase::body, shared_.options.body_timeout);
    if (step->state == RequestReader::State::wants_continue) return continue_with_body();
    read();
}

void Connection::continue_with_body() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    socket_->write_some(kContinue, {}, [self = shared_from_this()](Socket::Io io, std::size_t bytes) {
        if (self->phase_ != Phase::body) return;
        if (io == Socket::Io::failed || bytes != kContinue.size()) return self->close();
        self->read();
    });
}

void Connection::name_request() {
    Request& request = reader_.request();
    request.id = fmt::format("{}-{:06x}", shared_.run_id, ++shared_.requests);
    request.peer = peer_;
    received_ = SteadyClock::now();
}

void Connection::dispatch() {
    name_request();
    keep_alive_ = reader_.keep_alive();
    enter_untimed(Phase::handling);
    ++shared_.in_flight;
    if (shared_.workers->put([self = shared_from_this()] { self->handle(); }) == WorkerPool::Taken::yes) return;
    --shared_.in_flight;
    Response busy = response_of(kBusy, reader_.request().id);
    send(reply_to(busy, {}));
}

// On a worker.
void Connection::handle() {
    std::string fault;
    Response response = answer(fault);
    std::optional<Stream> stream;
    if (response.events && reader_.request().method != Method::head)
        stream = Stream{.events = *response.events, .route = response.route};
    Reply reply = reply_to(response, std::move(fault));
    --shared_.in_flight;
    home_.loop.post([self = shared_from_this(), reply = std::move(reply), stream = std::move(stream)]() mutable {
        if (self->phase_ == Phase::closed) return;
        if (stream) self->open_stream(std::move(*stream));
        self->send(std::move(reply));
    });
}

Response Connection::answer(std::string& fault) {
    try {
        return shared_.application.handle(reader_.request());
    } catch (const BugError& error) {
        fault = error.what();
    } catch (const std::exception& error) {
        fault = type_name(error);  // its text may tell of persons
    } catch (...) {
        fault = "unknown";
    }
    return response_of(kFault, reader_.request().id);
}

// Answers without a worker and ends the connection: what follows in it cannot be trusted, or is not wanted.
void Connection::refuse(const Refusal& refusal) {
    name_request();
    keep_alive_ = false;
    Response response = response_of(refusal, reader_.request().id);
    send(reply_to(response, {}));
}

ReplyForm Connection::form_of(const Response& response) const {
    const Request& request = reader_.request();
    const bool goes_on = keep_alive_ && !response.events && !shared_.stopping;
    ReplyForm form;
    form.transport = shared_.tls ? ReplyForm::Transport::tls : ReplyForm::Transport::plain;
    form.after = goes_on ? ReplyForm::After::keep_alive : ReplyForm::After::close;
    form.body = request.method == Method::head ? ReplyForm::Body::head_only : ReplyForm::Body::sent;
    form.stream = reader_.is_http_1_1() ? ReplyForm::Stream::chunked : ReplyForm::Stream::until_close;
    form.accept_encoding = request.header("Accept-Encoding").value_or("");
    form.request_id = request.id;
    return form;
}

// The bytes of the response; told to the application, unless it is a stream, which is told at its end.
Reply Connection::reply_to(Response& response, std::string fault) {
    const ReplyForm form = form_of(response);
    Reply reply;
    try {
        reply = reply_of(response, form);
    } catch (const BugError& error) {
        fault = error.what();
        response = response_of(kFault, form.request_id);
        reply = reply_of(response, form);
    }
    const Request& request = reader_.request();
    const bool goes_on = response.events && request.method != Method::head;
    if (!goes_on && shared_.application.done)
        shared_.application.done({request, response.route, reply.status, since_received(), reply.size(), fault});
    return reply;
}

std::chrono::microseconds Connection::since_received() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - received_);
}

void Connection::send(Reply reply) {
    out_ = std::move(reply);
    keep_alive_ = !out_.closes;
    enter(Phase::writing, shared_.options.write_timeout);
    written_ = 0;
    write();
}

void Connection::write() {
    const std::size_t of_head = std::min(written_, out_.head.size()), of_body = written_ - of_head;
    socket_->write_some(std::string_view(out_.head).substr(of_head), std::string_view(out_.body).substr(of_body),
                        [self = shared_from_this()](Socket::Io io, std::size_t bytes) {
                            if (self->phase_ == Phase::closed) return;
                            if (io == Socket::Io::failed) return self->close();
                            self->written_ += bytes;
                            self->allow_for(bytes);
                            if (self->written_ < self->out_.size()) return self->write();
                            self->after_write();
                        });
}

void Connection::after_write() {
    const std::size_t sent = out_.size();
    out_ = {};
    if (!stream_) return keep_alive_ ? await_request() : finish();
    stream_->bytes += sent;
    last_sent_ = SteadyClock::now();
    if (stream_->ended) return finish();
    if (phase_ == Phase::writing) return start_stream();
    wait_for_part();
}

// A peer that still sends would get a reset in place of our last reply if the socket were closed at once.
void Connection::finish() {
    report_stream();
    socket_->cancel();  // the read that watches a stream's reader, or the one that came too late
    enter(Phase::lingering, kLinger);
    socket_->end_output([self = shared_from_this()](Socket::Io, std::size_t) {
        if (self->phase_ != Phase::closed) self->linger();
    });
}

void Connection::linger() {
    socket_->read_raw(home_.ignored, [self = shared_from_this()](Socket::Io io, std::size_t) {
        if (self->phase_ == Phase::closed) return;
        if (io == Socket::Io::failed) return self->close();
        self->linger();
    });
}

void Connection::open_stream(Stream stream) {
    stream_ = std::move(stream);
    ++shared_.streams;
}

void Connection::report_stream() {
    if (!stream_ || std::exchange(stream_->reported, true)) return;
    --shared_.streams;
    if (shared_.application.done)
        shared_.application.done({reader_.request(), stream_->route, 200, since_received(), stream_->bytes, {}});
}

void Connection::start_stream() {
    phase_ = Phase::streaming;
    watch_reader();
    ask_for_part();
}

// A reader that has gone shows only in a read.
void Connection::watch_reader() {
    socket_->read_some(home_.ignored, [self = shared_from_this()](Socket::Io io, std::size_t) {
        if (self->phase_ != Phase::streaming) return;
        if (io == Socket::Io::failed) return self->close();
        self->watch_reader();
    });
}

void Connection::wait_for_part() {
    enter_untimed(Phase::streaming);
    const auto pause = shared_.stopping ? std::chrono::milliseconds(0) : stream_->events.every;
    stream_timer_.start(pause, [self = shared_from_this()] {
        if (self->phase_ == Phase::streaming) self->ask_for_part();
    });
}

// The source is asked on a worker; no thread waits for it between two parts.
void Connection::ask_for_part() {
    if (shared_.stopping) return take_part({.name = {}, .data = {}, .last = true});
    enter_untimed(Phase::streaming);
    const auto ask = [self = shared_from_this()] {
        EventSource::Part part;
        try {
            part = self->stream_->events.next();
        } catch (...) {
            part.last = true;  // the reader connects again, and the reply to that says what is wrong
        }
        self->home_.loop.post([self, part = std::move(part)] {
            if (self->phase_ == Phase::streaming) self->take_part(part);
        });
    };
    if (shared_.workers->put(ask) == WorkerPool::Taken::full) wait_for_part();
}

void Connection::take_part(const EventSource::Part& part) {
    std::string text;
    if (!part.data.empty()) text = event_text(part.name, part.data);
    if (text.empty() && !part.last && SteadyClock::now() - last_sent_ >= shared_.options.heartbeat) text = ": \n\n";
    const bool chunked = reader_.is_http_1_1();
    if (chunked && !text.empty()) text = chunk_of(text);
    if (chunked && part.last) text += chunk_of("");
    stream_->ended = part.last;
    if (text.empty()) return part.last ? finish() : wait_for_part();
    out_ = {};
    out_.body = std::move(text);
    written_ = 0;
    enter(Phase::streaming, shared_.options.write_timeout);
    write();
}

}  // namespace mainspring::http
