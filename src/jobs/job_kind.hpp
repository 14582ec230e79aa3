// Kinds of jobs, registered by the capabilities whose work they are, and what their work is given.
#pragma once
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "jobs/job.hpp"
#include "org/access.hpp"

namespace mainspring::jobs {

// Thrown out of the work when it is to stop; what it was about to write is rolled back.
struct Stopped : std::runtime_error {
    Stopped() : std::runtime_error("stopped") {}
};

// A job at work, as its kind sees it. One thread at a time.
class JobWork {
public:
    virtual ~JobWork() = default;
    virtual const Job& job() const = 0;
    // Cheap enough to be called for every piece of the work. Throws DbError when the job is not this program's any
    // more.
    virtual void progress(const JobProgress& progress) = 0;
    // Somebody asked, or the program ends. From any thread.
    virtual bool must_stop() const = 0;
    // For download; another one of the same name is replaced.
    virtual void keep(const JobFile& file) = 0;
};

struct JobEnd {
    bool failed = false;
    std::string message;  // for people
    std::string result_json = "{}";
};

struct JobKind {
    std::string name;  // "import_reads"
    org::Permission permission{};
    enum class Reach : std::uint8_t { utility, everywhere } reach = Reach::utility;  // where it must be held
    // Why the job cannot be carried out as it is asked for, for people; empty: it can. May be empty itself.
    std::function<std::string(const Json& parameters)> objection = {};
    // Carries the job out, or the rest of it. Throws Stopped.
    std::function<JobEnd(JobWork&)> run = {};
    // Takes away what lies in folders for the job, once it is done or cancelled. May be empty.
    std::function<void(const Job&)> clean_up = {};
};

class JobKinds {
public:
    // REQUIRES: no other of the name.
    void add(JobKind kind);
    const JobKind* find(std::string_view name) const;
    const std::vector<JobKind>& all() const { return kinds_; }
    std::vector<std::string> names() const;

private:
    std::vector<JobKind> kinds_;
};

}  // namespace mainspring::jobs
