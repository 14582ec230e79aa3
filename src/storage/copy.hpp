// Binary COPY, the fast way in and out for many rows. Both run inside a transaction (open them on a Tx) and without
// statement timeout; while one is open the connection can do nothing else.
#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/connection.hpp"
#include "storage/literal.hpp"

namespace mainspring {

// Rows in COPY's binary format. Needs no connection: worker threads may fill one each and hand it to put_raw.
class CopyBuffer {
public:
    // One whole row. Integers go out in the width of their C++ type, which must be that of the column.
    template <class... T>
    void row(const T&... values) {
        begin_row(sizeof...(T));
        (put(values), ...);
    }
    // The same in pieces: begin_row(n), then n times put.
    void begin_row(std::size_t columns) {
        buffer_.put(static_cast<std::int16_t>(columns));
        ++rows_;
    }
    template <class T>
    void put(const T& value) {
        write_field(buffer_, value, type_oid::kAny);
    }
    std::size_t size() const { return buffer_.size(); }
    std::int64_t rows() const { return rows_; }
    std::string_view bytes() const { return buffer_.view(); }
    void clear() {
        buffer_.clear();
        rows_ = 0;
    }

private:
    friend class CopyIn;
    WireBuffer buffer_;
    std::int64_t rows_ = 0;
};

struct CopyTarget {
    std::string_view table;    // "billing.bill_line"; constants of the program, never a user's text
    std::string_view columns;  // "cell_id, id, amount", in the order of the rows
};

class CopyIn {
public:
    CopyIn(Connection& connection, const CopyTarget& target);
    ~CopyIn();  // without finish(): the COPY, and with it the transaction, fails
    CopyIn(const CopyIn&) = delete;
    CopyIn& operator=(const CopyIn&) = delete;

    // The types of the first row are compared with the columns (BugError names the column).
    template <class... T>
    void row(const T&... values) {
        if (!checked_) [[unlikely]]
            check_types({Codec<std::decay_t<T>>::kType...});
        buffer_.row(values...);
        flush_if_full();
    }
    // For rows of variable make: begin_row and put on rows(), then end_row.
    CopyBuffer& rows() { return buffer_; }
    void end_row() { flush_if_full(); }
    // Rows made elsewhere by a CopyBuffer.
    void put_raw(const CopyBuffer& rows);

    // Ends the COPY and gives the number of rows that the server took.
    std::int64_t finish();

private:
    static constexpr std::size_t kFlushBytes = 256 * 1024;

    void open(const CopyTarget& target);
    void check_types(std::initializer_list<TypeOid> given);
    void flush_if_full() {
        if (buffer_.size() >= kFlushBytes) [[unlikely]]
            flush();
    }
    void flush();
    void send(std::string_view bytes);
    // Reads the server's answer after the end; throws what it says.
    std::int64_t read_outcome();
    void abort() noexcept;

    Connection& connection_;
    std::string table_;
    Result columns_;
    CopyBuffer buffer_;
    bool checked_ = false;
    bool open_ = false;
};

// CopyOut rows = tx.copy_out(kReadsOfCell, cell, first_day);
// while (rows.next()) use(rows.get<std::int64_t>(0), rows.get<std::string_view>(1));
// COPY takes no parameters: $1… of the statement are replaced by literals (storage/literal.hpp), so only types that
// have one are allowed. string_view, span and ArrayView are valid until the next next().
class CopyOut {
public:
    template <class... Args>
    CopyOut(Connection& connection, const Statement& statement, const Args&... args)
        : CopyOut(connection, statement, std::vector<std::string>{sql_literal(args)...}) {}
    CopyOut(Connection& connection, const Statement& statement, const std::vector<std::string>& literals);
    ~CopyOut();  // before the end: the rest is cancelled, and with it the transaction fails
    CopyOut(const CopyOut&) = delete;
    CopyOut& operator=(const CopyOut&) = delete;

    // False at the end.
    bool next();

    template <class T>
    T get(std::size_t column) const {
        if (column >= fields_.size()) [[unlikely]]
            fail_column_type("beyond the last", 0);
        const Field& field = fields_[column];
        if constexpr (is_optional_v<T>) {
            if (field.size < 0) return std::nullopt;
            return decode<typename T::value_type>(field);
        } else {
            if (field.size < 0) [[unlikely]]
                fail_null_column(field.name);
            return decode<T>(field);
        }
    }
    bool is_null(std::size_t column) const { return fields_.at(column).size < 0; }
    std::int64_t rows() const { return rows_; }

private:
    struct Field {
        const char* data = nullptr;
        std::int32_t size = -1;
        TypeOid type = 0;
        std::string name = {};
    };
    struct Free {
        void operator()(char* message) const;
    };

    template <class T>
    static T decode(const Field& field) {
        if (!Codec<T>::reads(field.type)) [[unlikely]]
            fail_column_type(field.name, field.type);
        return Codec<T>::decode({field.data, static_cast<std::size_t>(field.size)});
    }

    void open(std::string_view sql);
    bool read_message();
    bool read_tuple();
    void end();

    Connection& connection_;
    std::string statement_;
    std::vector<Field> fields_;
    std::unique_ptr<char, Free> message_;
    std::string_view rest_;  // of the message, unread
    std::int64_t rows_ = 0;
    bool header_read_ = false;
    bool open_ = false;
};

}  // namespace mainspring
