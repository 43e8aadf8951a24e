// What reads: documents, counts, the outbox. Blocks; throws Failure.
#pragma once
#include "store/sqlite/definition.hpp"
#include "store/sqlite/document_cache.hpp"
#include "store/sqlite/file.hpp"

namespace thenorsound::store::sqlite {

// Null where there is none.
DocumentPtr read_document(DocumentCache& cache, const Definition& definition,
                          const std::string& id);
std::vector<DocumentPtr> read_documents(DocumentCache& cache, const Definition& definition,
                                        const Query& query);
std::int64_t read_count(const Definition& definition, const Query& query);
std::vector<PendingMessage> read_outbox(File& file, const std::string& service, std::size_t limit);

}  // namespace thenorsound::store::sqlite
