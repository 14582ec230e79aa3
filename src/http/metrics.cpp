#include "http/metrics.hpp"

#include <fmt/format.h>
#include <iterator>

namespace mainspring::http {

namespace {

// REQUIRES: no quote, backslash or line break in route templates.
std::string labels_of(const std::pair<std::string, std::string_view>& route) {
    return fmt::format("route=\"{}\",method=\"{}\"", route.first, route.second);
}

std::string seconds(std::chrono::microseconds duration) {
    return fmt::format("{}.{:06}", duration.count() / 1'000'000, duration.count() % 1'000'000);
}

std::string seconds(std::chrono::milliseconds::rep ms) { return fmt::format("{}.{:03}", ms / 1'000, ms % 1'000); }

void head(std::string& text, std::string_view name, std::string_view type_and_help) {
    const auto space = type_and_help.find(' ');
    fmt::format_to(std::back_inserter(text), "# HELP mainspring_http_{} {}\n# TYPE mainspring_http_{} {}\n", name,
                   type_and_help.substr(space + 1), name, type_and_help.substr(0, space));
}

void gauge(std::string& text, std::string_view name, std::string_view help) {
    head(text, name, fmt::format("gauge {}", help));
}

}  // namespace

void Metrics::count(const Answered& answered) {
    const bool head_read = !answered.request.path.empty();
    const Route route{answered.route.empty() ? "(none)" : answered.route,
                      head_read ? text_of(answered.request.method) : "(none)"};
    const auto bound =
        std::ranges::find_if(kBoundsMs, [&](auto ms) { return answered.took <= std::chrono::milliseconds(ms); });
    const auto bucket = static_cast<std::size_t>(bound - kBoundsMs.begin());
    const std::lock_guard lock(mutex_);
    ++requests_[{route, answered.status}];
    Durations& durations = durations_[route];
    ++durations.counts[bucket];
    durations.sum += answered.took;
    bytes_sent_ += static_cast<std::int64_t>(answered.bytes);
}

std::string Metrics::text(const Load& load) const {
    std::string text;
    const auto out = std::back_inserter(text);
    const std::lock_guard lock(mutex_);
    head(text, "requests_total", "counter Requests answered.");
    for (const auto& [key, count] : requests_)
        fmt::format_to(out, "mainspring_http_requests_total{{{},status=\"{}\"}} {}\n", labels_of(key.first), key.second,
                       count);
    write_durations(text);
    head(text, "sent_bytes_total", "counter Bytes of replies, heads included.");
    fmt::format_to(out, "mainspring_http_sent_bytes_total {}\n", bytes_sent_);
    const std::tuple<std::string_view, std::string_view, std::size_t> gauges[] = {
        {"connections", "Connections open.", load.connections},
        {"event_streams", "Event streams open.", load.streams},
        {"requests_in_flight", "Requests waiting for a worker or with one.", load.in_flight},
        {"requests_waiting", "Tasks in the queue of the workers.", load.waiting},
    };
    for (const auto& [name, help, value] : gauges) {
        gauge(text, name, help);
        fmt::format_to(out, "mainspring_http_{} {}\n", name, value);
    }
    return text;
}

void Metrics::write_durations(std::string& text) const {
    const auto out = std::back_inserter(text);
    constexpr auto kName = "mainspring_http_request_duration_seconds";
    head(text, "request_duration_seconds", "histogram From the whole request to its reply.");
    for (const auto& [route, durations] : durations_) {
        const std::string labels = labels_of(route);
        std::int64_t count = 0;
        for (std::size_t i = 0; i < kBoundsMs.size(); ++i) {
            count += durations.counts[i];
            fmt::format_to(out, "{}_bucket{{{},le=\"{}\"}} {}\n", kName, labels, seconds(kBoundsMs[i]), count);
        }
        count += durations.counts.back();
        fmt::format_to(out, "{}_bucket{{{},le=\"+Inf\"}} {}\n", kName, labels, count);
        fmt::format_to(out, "{}_sum{{{}}} {}\n{}_count{{{}}} {}\n", kName, labels, seconds(durations.sum), kName,
                       labels, count);
    }
}

}  // namespace mainspring::http
