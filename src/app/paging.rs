//! Pages of a list. One extra row is fetched to know whether there is a next page; the total is counted only
//! if that is cheap or requested.

use crate::platform::error::Result;

/// The requested page.
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    /// Page number, starting at 1.
    pub page: i64,
    /// Rows per page.
    pub limit: i64,
    /// Whether to count all rows even if that needs a full scan.
    pub total: bool,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Number of rows on all pages, if known.
    pub total: Option<i64>,
    /// Whether there is a next page.
    pub has_more: bool,
}

impl Paging {
    pub(super) fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.limit)
    }

    /// Builds the page from rows that were queried with limit + 1.
    pub(super) fn cut<T>(
        self,
        mut rows: Vec<T>,
        is_cheap: bool,
        count: impl FnOnce() -> Result<i64>,
    ) -> Result<Paged<T>> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let total = if !has_more && (self.page == 1 || !rows.is_empty()) {
            // On the last page the total follows from the offset.
            Some(self.offset().saturating_add(i64::try_from(rows.len()).unwrap_or(i64::MAX)))
        } else if is_cheap || self.total {
            Some(count()?)
        } else {
            None
        };
        Ok(Paged { rows, total, has_more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_only_where_the_page_does_not_tell_and_it_is_cheap_or_asked_for() {
        // Page, rows fetched, counting is cheap, counting is requested; rows kept, total, next page.
        for (page, came, cheap, asked, left, total, has_more) in [
            (1, 0, false, false, 0, Some(0), false),
            (1, 3, false, false, 3, Some(3), false),
            (1, 4, false, false, 3, None, true),
            (1, 4, true, false, 3, Some(99), true),
            (1, 4, false, true, 3, Some(99), true),
            (2, 4, false, false, 3, None, true),
            (2, 3, false, false, 3, Some(6), false),
            (3, 1, false, false, 1, Some(7), false),
            (4, 0, false, false, 0, None, false),
            (4, 0, false, true, 0, Some(99), false),
        ] {
            let paging = Paging { page, limit: 3, total: asked };
            let paged = paging.cut(vec![(); came], cheap, || Ok(99)).unwrap();
            let expected = Paged { rows: vec![(); left], total, has_more };
            assert_eq!(paged, expected, "page {page}, {came} rows, cheap: {cheap}, asked for: {asked}");
        }
    }
}
