--- Fills the blog when it is empty

local function moment(days) -- so many days ago
  return os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() - days * 86400)
end

local FERRY = [[For forty years the first ferry left at six, and for forty years somebody ran down the landing stage at one minute past. Since Monday it leaves at ten past six.

The council calls it an adjustment of the timetable. Jonas, who has sold the tickets since 1991, calls it mercy.

I stood there on Tuesday with a thermos flask and counted. Nobody ran. Two people arrived early and did not know what to do with themselves, so we talked about the swallows, which are back under the roof of the waiting room.]]

local BREAD = [[The flour matters less than you think. The waiting matters more.

Mix 500 g of flour, 380 g of water, 10 g of salt and a spoonful of starter in the evening. Fold it three times before you go to bed. In the morning it will have doubled, and so will your confidence.

Bake it in a closed pot at 240 degrees for half an hour, then open for another twenty minutes. Let it cool before you cut it. You will not, but I have said so.]]

local MAP = [[Somebody left a box of maps at the recycling yard: the whole valley, surveyed in 1936, every barn and every spring.

I have compared the sheet of our village with what is there now. Eleven springs are drawn. I found seven. Two of the missing ones are under the car park, one is a puddle that never dries, and one is, I am quite sure, in the cellar of the savings bank.

The maps are in the library now, second floor, on the long table. Wash your hands first.]]

local DRAFT = [[Notes for the piece about night trains:

the conductor who knows everybody's station by heart
why the third bunk is the best one
ask Noor for her photographs]]

function call()
  local posts, comments, cfg = goop.orm("posts"), goop.orm("comments"), goop.orm("config")
  local owner = goop.self.label
  local n = cfg:seed({
    { key = "title", value = "The Landing Stage" },
    { key = "tagline", value = "Small news from the lake, when there is any" },
    { key = "posts_per_page", value = "5" },
    { key = "moderate_comments", value = "yes" },
  })
  local made = posts:seed({
    { slug = "eleven-springs", title = "Eleven springs", body = MAP, state = "published", published_at = moment(19), author_name = owner },
    { slug = "bread-for-impatient-people", title = "Bread for impatient people", body = BREAD, state = "published",
      published_at = moment(8), author_name = owner },
    { slug = "the-ferry-waits", title = "The ferry waits", body = FERRY, state = "published", published_at = moment(1), author_name = owner },
    { slug = "night-trains", title = "Night trains", body = DRAFT, state = "draft", author_name = owner },
  })
  if made == 0 then return n end -- the posts are the owner's own: no comments of ours belong below them

  local ferry = posts:get_by("slug", "the-ferry-waits")
  return n + made + comments:seed({
    { post_id = ferry._id, text = "I was one of the two. The swallows send their regards.", author_name = owner, state = "approved" },
  })
end
