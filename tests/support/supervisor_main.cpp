// What `mainspring supervise` is in the real program.
#include <string>
#include <vector>

#include "storage/cluster.hpp"

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + std::min(2, count), words + count);
    return mainspring::supervise_main(arguments);
}
