#include <fmt/format.h>
#include <stdexcept>
#include <xlsxwriter.h>

#include "whatif/report.hpp"

namespace mainspring::whatif {

namespace {

// A workbook's numbers are binary; up to 15 digits come back as they were written, longer ones stay text.
bool survives_as_number(const std::string& cell) {
    std::size_t digits = 0;
    for (const char c : cell) digits += c >= '0' && c <= '9' ? 1 : 0;
    return digits > 0 && digits <= 15;
}

void write_sheet(lxw_workbook* book, const Sheet& sheet) {
    lxw_worksheet* page = workbook_add_worksheet(book, sheet.name.c_str());
    lxw_format* bold = workbook_add_format(book);
    format_set_bold(bold);
    for (std::size_t c = 0; c < sheet.columns.size(); ++c)
        worksheet_write_string(page, 0, static_cast<lxw_col_t>(c), sheet.columns[c].c_str(), bold);
    worksheet_set_column(page, 0, static_cast<lxw_col_t>(sheet.columns.size() - 1), 16, nullptr);
    worksheet_freeze_panes(page, 1, 0);
    for (std::size_t r = 0; r < sheet.rows.size(); ++r)
        for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
            const std::string& cell = sheet.rows[r][c];
            const auto row = static_cast<lxw_row_t>(r + 1);
            const auto column = static_cast<lxw_col_t>(c);
            if (sheet.is_number[c] && survives_as_number(cell))
                worksheet_write_number(page, row, column, std::stod(cell), nullptr);
            else
                worksheet_write_string(page, row, column, cell.c_str(), nullptr);
        }
}

}  // namespace

void write_workbook(const std::filesystem::path& file, const std::vector<Sheet>& sheets) {
    lxw_workbook* book = workbook_new(file.c_str());
    if (book == nullptr) throw std::runtime_error(fmt::format("{}: cannot be written", file.native()));
    for (const Sheet& sheet : sheets) write_sheet(book, sheet);
    const lxw_error error = workbook_close(book);
    if (error != LXW_NO_ERROR) throw std::runtime_error(fmt::format("{}: {}", file.native(), lxw_strerror(error)));
}

}  // namespace mainspring::whatif
