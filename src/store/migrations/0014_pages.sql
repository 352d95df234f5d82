-- What a booking changes is written twice, page by page, and each index is a page of it. An id begins with the second
-- in which it was made, so that appointments are in booking order by their ids; and who looks for those that
-- are over finds them by their dates.
DROP INDEX appointments_created;
DROP INDEX appointments_ended;
