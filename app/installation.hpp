// What this store is: a document of the program's own, written before anything else and finished
// last, so that a first start that was cut off is noticed.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "store/document_store.hpp"

namespace thenorsound::app {

struct Installation {
  bool demo = false;
  bool complete = false;  // false: the first start was cut off; there is nothing of anybody's yet
  Time created_at;
  std::string layout = "shared";
  std::string importing;  // not complete: the id of the export that is being imported
};
BOOST_DESCRIBE_STRUCT(Installation, (), (demo, complete, created_at, layout, importing))

Task<Result<void>> declare_installation(store::DocumentStore& store);
// Nothing: the store is new.
Task<Result<std::optional<Installation>>> read_installation(store::DocumentStore& store);
Task<Result<void>> write_installation(store::DocumentStore& store, Installation installation);

}  // namespace thenorsound::app
