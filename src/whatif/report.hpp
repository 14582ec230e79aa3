// A comparison as tables, and as files: CSV, a workbook, charts.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "whatif/what_if_service.hpp"

namespace mainspring::whatif {

// Cells are text for people and scripts alike: decimals with a point, no separators.
struct Sheet {
    std::string name;                         // "classes"
    std::vector<std::string> columns;         // keys, as in CSV and JSON
    std::vector<bool> is_number;              // a column
    std::vector<std::vector<std::string>> rows;
};

// classes, clauses, distribution, largest, unrated.
std::vector<Sheet> sheets_of(const WhatIfAnswer& answer);

std::string csv_of(const Sheet& sheet);
std::string csv_head(const Sheet& sheet);
std::string csv_row(const std::vector<std::string>& cells);

// The row of a customer, for the sheet `largest` and for the file of all customers beyond the threshold.
std::vector<std::string> customer_row(const Customer& customer, const std::string& account);
std::vector<std::string> customer_columns();

// One workbook with a sheet each. Throws std::runtime_error naming the file.
void write_workbook(const std::filesystem::path& file, const std::vector<Sheet>& sheets);

// Bars of now and then by class, one drawing for each currency; and of customers by change in percent.
std::string revenue_chart(const Outcome& outcome, const std::string& currency);
std::string distribution_chart(const Outcome& outcome, const std::string& currency);
std::vector<std::string> currencies_of(const Outcome& outcome);

}  // namespace mainspring::whatif
