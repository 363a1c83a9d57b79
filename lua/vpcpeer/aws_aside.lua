--- Rows of flat lists that wait until all documents are read.
--
-- AWS prints some lists of all objects as one, of which the model keeps those of an object together: the
-- rows of an object are gathered here and become one record, which stands where the first of them did.
-- @module vpcpeer.aws_aside

local aws_aside = {}

--- Puts a row aside.
-- @tparam table waiting what waits: an array of places by their order, and each by its id
-- @tparam string id of the object
-- @tparam table place where the row stands
-- @tparam table row
-- @treturn table the place of the object's record: `id`, `rows`, `file`, `path`, `owner_id`, `region`
function aws_aside.put(waiting, id, place, row)
    local kept = waiting[id]
    if not kept then
        kept = {
            id = id, rows = {}, file = place.file, owner_id = place.owner_id, region = place.region, path = place.path,
        }
        waiting[id], waiting[#waiting + 1] = kept, kept
    end
    kept.rows[#kept.rows + 1] = row
    return kept
end

return aws_aside
